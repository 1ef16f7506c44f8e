"""What speaks for and against a model that nothing rules out. The weights are a judgement, all of it in this file.

They rank; they never exclude. About 1 is a convenience, 3 decides between two models that can both do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stillreel.models.advice.limits import Offer
from stillreel.models.advice.values import Reason, Wish
from stillreel.models.catalog.values import RESOLUTIONS, Entry
from stillreel.models.here import Here

__all__ = ["MERITS", "reasons"]

FROZEN = 87.3
"""% of VBench-I2V that a frozen copy of the photo earns: a total means nothing without it beside."""
FOURFOLD = 4  # what 4-bit weights save: more than that is far from fitting
_DRAWN = ("painting", "drawing")

Found = Iterator[Reason]


def _here(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    yield Reason("here", now.text, 3.0 if now.runs else -1.0)


def _camera(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if wish.asked is None or not wish.asked.camera:
        return
    moves = ", ".join(move.replace("_", " ") for move in wish.asked.camera)
    if entry.camera == "exact":
        yield Reason("camera.exact", f"moves the camera exactly as planned ({moves})", 4.0)
    elif entry.camera == "path":
        yield Reason("camera.path", f"follows a camera path ({moves})", 2.0)
    elif entry.camera == "lora":
        yield Reason("camera.lora", f"camera moves have networks of their own to add ({moves})", 0.5)
    else:
        yield Reason("camera.words", f"is told of the camera in words and may not follow ({moves})", -1.0)


def _motions(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    asked = wish.asked
    if asked is None:
        return
    if not asked.understood and entry.still_only:
        yield Reason("prompt.unread", "reads the prompt by a grammar, which finds nothing to do in it", -3.0)
    elif entry.still_only and not asked.deeds:
        named = ", ".join(motion.replace("_", " ") for motion in asked.motions)
        text = f"has a motion of its own for {named}" if named else "what you ask for needs no generated content"
        yield Reason("prompt.within", text, 2.0)


def _deeds(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    for kind, words in wish.asked.deeds if wish.asked and not entry.still_only else ():
        if kind == "scenes":
            many = (entry.shots or 1) > 1
            text = f"up to {entry.shots} shots in one clip" if many else f"one shot at a time is safe ('{words}')"
            yield Reason("prompt.scenes", text, 2.0 if many else -2.0)
        elif kind == "dialogue" and entry.sound in ("none", None):
            yield Reason("prompt.dialogue", f"mouths may move, but nothing is heard ('{words}')", -2.0)
        elif kind == "dialogue":
            yield Reason("prompt.dialogue", f"can make it heard ('{words}')", 2.0)
        else:
            yield Reason("prompt.generated", f"generates what the photo does not hold ('{words}')", 1.0)


def _sound(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if wish.sound and entry.sound is None:
        yield Reason("sound.unknown", "whether it makes sound is not recorded", -2.0)
    elif wish.sound:
        yield Reason("sound", "makes sound with the picture", 1.0)
    elif entry.sound == "always":
        yield Reason("sound.always", "always makes sound, which you did not ask for", -0.5)


def _cost(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if made.cost == 0:
        yield Reason("cost.none", "costs nothing but the machine's time", 1.0)
    elif made.cost is None:
        yield Reason("cost.unknown", "what it costs is not recorded", -1.5)
    elif entry.prices is not None:
        by = "by third parties, " if entry.prices.third_party else ""
        size = f" at {made.resolution}" if made.resolution else ""
        text = f"costs {made.cost:.2f} USD for {made.seconds:g} s{size} ({by}{entry.prices.checked})"
        yield Reason("cost", text, -round(min(3.0, made.cost), 2))


def _length(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if made.seconds is None:
        yield Reason("length.unknown", "how long it can be is not recorded", -1.0)
    elif made.seconds > wish.seconds * 1.02:
        yield Reason("length.cut", f"makes {made.seconds:g} s: cut it to {wish.seconds:g}", -0.5)


def _size(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if wish.size is not None and entry.pixels is None:
        yield Reason("size.unknown", "the size of its frames is not recorded", -0.5)
    if wish.photo is not None and (smallest := _smallest(entry)) is not None:
        width, height = wish.photo.size
        if width * height * 1.1 < smallest:
            yield Reason("photo.enlarged", f"your photo of {width}x{height} would be enlarged", -0.5)


def _smallest(entry: Entry) -> int | None:
    """Pixels of the smallest frame that is made."""
    sizes = [RESOLUTIONS[name][0] * RESOLUTIONS[name][1] for name in entry.resolutions]
    return min(sizes, default=entry.size.width * entry.size.height if entry.size else None)


def _memory(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if entry.kind != "open":
        return
    memory, vram = entry.memory, wish.vram
    if memory is None:
        whole = 2 * (entry.parameters or 0.0)  # GB in 16 bits
        tight = vram is not None and whole > vram
        size = f": {entry.parameters:g} billion parameters are {whole:g} GB in 16 bits" if tight else ""
        weight = -1.0 if not tight else -3.0 if whole <= FOURFOLD * (vram or 0.0) else -6.0
        yield Reason("memory.unknown", f"how much GPU memory it needs is not recorded{size}", weight)
    elif vram is not None and memory.full is not None and memory.full <= vram:
        yield Reason("memory", f"fits whole into {vram:g} GB", 1.0)
    elif memory.least is not None:
        text = f"from {memory.least:g} GB on, quantised or offloaded, which is slower"
        yield Reason("memory.least", text, -0.5)
    else:
        yield Reason("memory.full", f"needs {memory.full:g} GB", -0.5)


def _rights(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    licence, more = entry.licence, 1.0 if wish.commercial else 0.0
    if licence is None or licence.commercial is None:
        name = f" ({licence.name})" if licence else ""
        what = "its terms" if entry.kind == "hosted" else "its licence"
        yield Reason("licence.unknown", f"{what}{name}: not recorded, check before use", -0.5 - more)
    elif licence.commercial == "yes":
        yield Reason("licence", f"{licence.name} allows commercial use", 0.5)
    else:
        yield Reason("licence.conditional", f"{licence.name}: {licence.terms}", -0.5 - more)
    if entry.gated:
        yield Reason("gated", "its weights are behind a form", -0.5)


def _way(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if entry.kind == "hosted":
        yield Reason("leaves", f"your photo goes to {entry.provider}", -0.5)
    if entry.kind == "open" and wish.offline:
        yield Reason("download", "its weights must be fetched once, before you are offline", -1.0)
    if entry.retires is not None:
        yield Reason("retires", f"is announced to go on {entry.retires} or later", -2.0)


def _photo(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if wish.photo is None:
        return
    if entry.refuses_faces and wish.photo.faces:
        said = " (third parties say)" if "refuses_faces" in entry.third_party else ""
        yield Reason("photo.faces", f"refuses photos of real faces{said}; yours has {wish.photo.faces}", -4.0)
    if entry.still_only and wish.photo.style in _DRAWN:
        yield Reason("photo.drawn", f"the depth of a {wish.photo.style} is made up: keep moves small", -1.0)


def _measured(entry: Entry, wish: Wish, made: Offer, now: Here) -> Found:
    if entry.vbench_i2v is not None:
        text = f"VBench-I2V {entry.vbench_i2v:g} % as published (a frozen copy of the photo: {FROZEN:g} %)"
        yield Reason("vbench", text, round(entry.vbench_i2v - FROZEN, 2))


MERITS: tuple[Callable[[Entry, Wish, Offer, Here], Found], ...] = (
    _here, _camera, _motions, _deeds, _sound, _cost, _length, _size, _memory, _rights, _way, _photo, _measured,
)  # fmt: skip


def reasons(entry: Entry, wish: Wish, made: Offer, now: Here) -> tuple[Reason, ...]:
    """The weightiest first."""
    found = [reason for merit in MERITS for reason in merit(entry, wish, made, now)]
    return tuple(sorted(found, key=lambda reason: -abs(reason.weight)))
