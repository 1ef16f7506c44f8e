"""What rules a model out. Each rule says why, and what would have to change.

A looser wish never meets more of these: more budget, memory or fewer demands cannot remove a model.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from stillreel.models.advice.values import Obstacle, Wish
from stillreel.models.catalog.values import RESOLUTIONS, Entry, Resolution

__all__ = ["LIMITS", "Offer", "large_enough", "obstacles", "offer"]

NEARLY = 1.02  # sizes and lengths are met to two parts in a hundred: 854x480 is 480p


@dataclass(frozen=True)
class Offer:
    """What a model would make, and for how much."""

    seconds: float | None = None  # None: how long it can be is not recorded
    resolution: Resolution | None = None
    cost: float | None = None  # US dollars; None: not recorded
    possible: bool = True  # whether the length can be had


def offer(entry: Entry, wish: Wish) -> Offer:
    """The cheapest way to have the wish's length, size and sound."""
    if not entry.resolutions:
        seconds, possible = _lasting(entry, wish.seconds, None)
        return Offer(seconds, None, _price_at_home(entry), possible)
    ways = [_way(entry, wish, name) for name in entry.resolutions if large_enough(RESOLUTIONS[name], wish.size)]
    if not ways:
        return Offer(cost=_price_at_home(entry))
    return min(ways, key=lambda way: (not way.possible, way.cost is None, way.cost or 0.0))


def _way(entry: Entry, wish: Wish, name: Resolution) -> Offer:
    seconds, possible = _lasting(entry, wish.seconds, name)
    rates = [
        row.usd_per_second for row in (entry.prices.rows if entry.prices else ())
        if row.resolution == name and (row.sound is None or row.sound or not wish.sound)
    ]  # fmt: skip
    if entry.kind != "hosted":
        return Offer(seconds, name, 0.0, possible)
    cost = round(min(rates) * seconds, 4) if rates and seconds is not None else None
    return Offer(seconds, name, cost, possible)


def _price_at_home(entry: Entry) -> float | None:
    return None if entry.kind == "hosted" else 0.0


def _lasting(entry: Entry, wanted: float, resolution: Resolution | None) -> tuple[float | None, bool]:
    """(seconds of the shortest clip that is long enough, whether there is one)."""
    stated = entry.seconds
    choices = stated.at.get(resolution, stated.choices) if resolution else stated.choices
    if choices:
        enough = [each for each in sorted(choices) if each * NEARLY >= wanted]
        return (enough[0], True) if enough else (None, False)
    longest = entry.longest
    if longest is None:
        return (wanted, True) if stated.unlimited else (None, True)
    return (max(wanted, stated.shortest or 0.0), True) if wanted <= longest * NEARLY else (None, False)


def large_enough(size: tuple[int, int], wanted: tuple[int, int] | None) -> bool:
    return wanted is None or wanted[0] * wanted[1] <= size[0] * size[1] * NEARLY


# -- the rules ---------------------------------------------------------------------------------------------------
def _retired(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if entry.retired is None:
        return None
    return Obstacle("retired", f"retired on {entry.retired}", "nothing: it is gone")


def _takes_photo(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if entry.photo:
        return None
    return Obstacle("photo.not_taken", "starts from words, not from a photo", "nothing: it cannot show your photo")


def _needs_two(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if not entry.needs_last_frame:
        return None
    return Obstacle("photo.last", "needs a last photo too", "a second photo, which this Stillreel cannot take yet")


def _takes_prompt(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if entry.prompt or wish.asked is None:
        return None
    return Obstacle("prompt.not_taken", "takes no words, so what you ask for is not heard", "leave the prompt out")


def _within_still(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if not entry.still_only or wish.asked is None or not wish.asked.deeds:
        return None
    words = "; ".join(f"'{said}'" for _, said in wish.asked.deeds)
    return Obstacle("prompt.beyond", f"moves only what the photo shows: {words} is beyond it", f"leave out {words}")


def _long_enough(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if made.possible or entry.longest is None:
        return None
    stated = "at most" if entry.kind != "open" or entry.seconds.longest else "made for at most"
    return Obstacle(
        "length", f"{stated} {entry.longest:.3g} s, you want {wish.seconds:g}", f"ask for {entry.longest:.3g} s or less"
    )


def _sounds(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if not wish.sound or entry.sound != "none":
        return None
    return Obstacle("sound", "no sound", "go without sound, or add it afterwards")


def _size(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if wish.size is None or entry.pixels is None:
        return None
    side = round(entry.pixels**0.5)
    if large_enough((side, side), wish.size) and max(wish.size) <= (entry.long_side or max(wish.size)):
        return None
    if entry.long_side:
        most = f"a long side of {entry.long_side} px"
    elif entry.size:
        most = f"{entry.size.width}x{entry.size.height}"
    else:
        most = entry.resolutions[-1]
    width, height = wish.size
    return Obstacle("size", f"made for at most {most}, you want {width}x{height}", f"ask for {most}, and enlarge it")


def _memory(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if entry.kind != "open" or wish.vram is None:
        return None
    least, full = (entry.memory.least, entry.memory.full) if entry.memory else (None, None)
    need = least or full
    if need is None:
        if wish.vram > 0:
            return None
        return Obstacle("memory", "needs a GPU, you have none; how large is not recorded", "a machine with a GPU")
    if need <= wish.vram:
        return None
    how = "" if least else " (what it needs when offloaded is not recorded)"
    text = f"needs {need:g} GB of GPU memory, you have {wish.vram:g}{how}"
    return Obstacle("memory", text, f"a GPU with {need:g} GB")


def _offline(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if not wish.offline or entry.kind != "hosted":
        return None
    return Obstacle("offline", f"runs on the servers of {entry.provider}", "go online")


def _commercial(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if not wish.commercial or entry.licence is None or entry.licence.commercial != "no":
        return None
    return Obstacle("licence", f"the licence forbids commercial use: {entry.licence.terms}", "use it privately only")


def _budget(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if wish.budget is None or entry.kind != "hosted":
        return None
    if made.cost is None and wish.budget == 0:
        return Obstacle("budget", "costs money; how much is not recorded", "a budget over 0")
    if made.cost is None or made.cost <= wish.budget:
        return None
    text = f"costs {made.cost:.2f} USD for this clip, you have {wish.budget:.2f}"
    return Obstacle("budget", text, f"a budget of {math.ceil(100 * made.cost - 1e-6) / 100:.2f} USD")


def _photo_fits(entry: Entry, wish: Wish, made: Offer) -> Obstacle | None:
    if wish.photo is None:
        return None
    short, long = sorted(wish.photo.size)
    if entry.shortest_side and short < entry.shortest_side:
        text = f"takes photos from {entry.shortest_side} px on, yours has {short}"
        return Obstacle("photo.small", text, "a larger photo")
    if entry.aspect and long > entry.aspect * short:
        text = f"takes photos up to {entry.aspect:g}:1, yours is {long / short:.2g}:1"
        return Obstacle("photo.narrow", text, "crop the photo")
    return None


LIMITS: tuple[Callable[[Entry, Wish, Offer], Obstacle | None], ...] = (
    _retired, _takes_photo, _needs_two, _takes_prompt, _within_still, _long_enough, _sounds, _size, _memory, _offline,
    _commercial, _budget, _photo_fits,
)  # fmt: skip


def obstacles(entry: Entry, wish: Wish, made: Offer) -> tuple[Obstacle, ...]:
    """All that rules the model out, in the order of the rules."""
    found = (rule(entry, wish, made) for rule in LIMITS)
    return tuple(obstacle for obstacle in found if obstacle is not None)
