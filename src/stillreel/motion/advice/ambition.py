"""Prompts that ask for more than a still photo, the model or the seconds carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stillreel.motion.advice.heard import Heard, Part
from stillreel.motion.advice.lexicon import Match, lexicon, quoted
from stillreel.motion.advice.values import Remark
from stillreel.motion.assemble import ABLE_MODELS
from stillreel.motion.words import tokenise

__all__ = ["Deed", "MODEL_KINDS", "crowd", "deeds_asked", "deeds_remarks", "things_at_once"]

MODEL_KINDS = (
    "dialogue",
    "transformation",
    "new_object",
    "unseen",
    "scenes",
    "action",
)  # what a model may be able to do
_WHO = frozenset(("person", "hand", "mouth", "object", "product", "body", "head", "eyes", "unknown_noun"))
_PEOPLE = frozenset(("person", "mouth"))
_SPEECH = re.compile(
    r"\b(?:say|says|said|saying|tells?|asks?|answers?|whispers?|shouts?|line)\b[^.\"']{0,40}[\"']\w", re.I
)
_SHOTS = re.compile(
    r"\b(?:scene|shot|day|chapter|panel|slide)\s*#?\s*\d\b"
    r"|\b(?:scene|shot|clip|part|act|frame)\s*#?\s*(?:\d|one|two|three)\b\s*[:\-–.)]"
    r"|(?:^|[\s(.])(?:int|ext)\.?\s*[./]|\b(?:int|ext)\.\s",
    re.I,
)
_TURNED = re.compile(
    r"\bturn(?:s|ing|ed)?\s+(?:the|this|my|his|her|our|a|an)\s+(?:\w+\s+){0,2}\w+\s+into\b", re.I
)
_CUT = re.compile(r"(?:^|[.!?]\s+)cut[.!](?:\s|$)|\bfade out\b[,.]?\s*(?:then|and)\b", re.I)
_RECOLOURED = re.compile(
    r"\b(?!light|lights|lighting|sky|scene|mood|day|weather)(\w+)\s+(?:turns?|changes?|goes)\s+from\s+\w+\s+to\s+\w+",
    re.I,
)
_LETTERS = re.compile(
    r"\b(?:text|logo|title|caption|price|slogan|headline)\b[^.;,]{0,24}"
    r"\b(?:slid|fad|pop|fl[iy]|appear|drop|zoom|com|animat|mov)(?:e|es|s|ing|ping|ies|ying)?\s?(?:in|up|on|by|out)\b",
    re.I,
)
_WINDY = frozenset(("hair", "cloth", "foliage"))  # one wind moves them all
_LONGEST_SAID = 60  # characters of a deed that are quoted
_CROWD, _AT_ONCE = 5, 2  # things for five seconds; camera moves that run together

_WHAT = {
    "dialogue": ("speech or song", "mouths do not speak", "Let the face carry it: a smile, a blink, a turn."),
    "transformation": ("one thing turning into another", "things keep their shape",
                       "Ask for a change of light instead ('the light turns warmer'), or animate two photos."),
    "new_object": ("something that is not in the photo", "only what the photo shows can move",
                   "Move what is there, or use a photo that holds it. Rain, snow, smoke and light can be added."),
    "unseen": ("a side that the photo does not show", "nothing is known of it",
               "Ask for a small move: an orbit of a few degrees, a slow push in."),
    "scenes": ("more than one scene or a cut", "one photo is one shot",
               "Make one clip for each scene, each with its own photo, and join them."),
    "action": ("walking, handling or other acts of limbs and vehicles", "people and things stay where they stand",
               "Ask for small motions: breathing, blinking, a turn of the head, hair and cloth in the wind."),
}  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """Something asked for that a still photo does not hold."""

    kind: str  # of MODEL_KINDS
    words: str
    start: int  # characters of the cleaned text
    end: int


def deeds_asked(heard: Heard) -> list[Deed]:
    """What the grammar finds impossible, and what the advice's own lists find besides; none twice."""
    found = [*_scenes(heard), *_own(heard), *_grammars(heard)]
    kept: list[Deed] = []
    for deed in found:
        if not any(one.kind == deed.kind and one.start < deed.end and deed.start < one.end for one in kept):
            kept.append(deed)
    return kept


def deeds_remarks(deeds: list[Deed], nothing_else: bool) -> Iterator[Remark]:
    """One remark for each kind of `deeds`, which the model cannot do."""
    for kind in MODEL_KINDS:
        said = tuple(dict.fromkeys(deed.words for deed in deeds if deed.kind == kind))
        if not said:
            continue
        what, why, fix = _WHAT[kind]
        severity = "bad" if nothing_else else "warn"
        text = (
            f"{quoted(said)} asks for {what}: {why} with this model. Models such as {ABLE_MODELS} may do it."
        )
        yield Remark(f"prompt.{kind}", severity, said, text, fix)


# -- what is asked for -------------------------------------------------------------------------------------------
def _grammars(heard: Heard) -> Iterator[Deed]:
    for part in heard.parts:
        for said in part.asked.impossible:
            words = said.lower().split()
            if words[-1] in lexicon().small["states"] or words[0] in ("camera", "lens", "drone"):
                continue  # "a model wearing a coat" is how the photo looks
            things = part.asked.motions or "thing" in part.clause.roles
            if len(words) == 1 and words[0].endswith("ing") and things:
                continue  # "a glint running across the glass"
            if len(words) == 1 and words[0] in lexicon().small["participles"] and _before_a_noun(part, said):
                continue  # "a walking street"
            at = part.start + max(0, part.text.find(said))
            kind = _kind(said, part, heard)
            after = " ".join(re.findall(r"\w+", heard.text[at + len(said) : at + len(said) + 40].lower())[:4])
            if kind == "transformation" and _lasting(after):
                continue  # "transform this into something magical"
            yield Deed(kind, said, at, at + len(said))


def _before_a_noun(part: Part, said: str) -> bool:
    place = next((i for i, item in enumerate(part.items) if item.text == said.lower()), len(part.items))
    following = part.items[place + 1 : place + 2]
    people = any(item.role == "person" for item in part.items)
    return bool(following) and following[0].role in _NOUNS and not people


def _kind(said: str, part: Part, heard: Heard) -> str:
    """Of what kind an impossible deed is: by its verb, and an action where none tells."""
    tokens, deeds = tokenise(said), lexicon().deeds
    if any(item.text in _ADDED for item in part.items[:3]):
        return "new_object"
    if lexicon().scenes.found(tokens):
        return "scenes"
    for kind in ("unseen", "dialogue", "new_object", "transformation"):
        if deeds[kind]["phrases"].found(tokens) or deeds[kind]["verbs"].found(tokens):
            return kind
    return "action"


def _scenes(heard: Heard) -> Iterator[Deed]:
    matches = [*lexicon().scenes.found(heard.tokens)]
    headings = list(_SHOTS.finditer(heard.text))
    for match in matches:
        after = " ".join(token.text for token in heard.tokens[match.last + 1 : match.last + 4])
        if not _lasting(after) and not _is_denied(heard, match):
            yield Deed("scenes", heard.text[match.start : match.end], match.start, match.end)
    headings = headings if len(headings) > 1 else []
    if headings or _CUT.search(heard.text):
        headings += _CUT.finditer(heard.text)
        for one in headings:
            yield Deed("scenes", one.group().strip(" (.:-"), one.start(), one.end())


def _own(heard: Heard) -> Iterator[Deed]:
    for kind, lists in lexicon().deeds.items():
        for match in lists["phrases"].found(heard.tokens):
            if kind == "transformation" and _lasts(heard, match):
                continue
            if not _is_denied(heard, match):
                yield _deed(kind, match, heard)
        for match in lists["who"].found(heard.tokens):
            if _done_by_someone(heard, match, kind) and not _is_denied(heard, match):
                yield _deed(kind, match, heard)
    yield from _added(heard)
    for turned in _TURNED.finditer(heard.text):
        after = heard.text[turned.end() :].lower().replace(",", " ").replace(".", " ").split()[:4]
        if not _lasting(" ".join(after)):
            yield Deed("transformation", turned.group(), turned.start(), turned.end())
    for one in _RECOLOURED.finditer(heard.text):
        if not _lasting(one.group().lower()):
            yield Deed("transformation", one.group(), one.start(), one.end())
    for letters in _LETTERS.finditer(heard.text):
        yield Deed("new_object", letters.group(), letters.start(), letters.end())
    for speech in _SPEECH.finditer(heard.text):
        yield Deed("dialogue", speech.group()[:40], speech.start(), speech.end())


def _deed(kind: str, match: Match, heard: Heard) -> Deed:
    """With what follows it in its clause: "walks out of the door"."""
    part = heard.part_at(match.start)
    end = match.end if part is None or part.end > match.start + _LONGEST_SAID else max(match.end, part.end)
    return Deed(kind, heard.text[match.start : end], match.start, end)


def _lasts(heard: Heard, match: Match) -> bool:
    """ "Turn into evening", "turn this into a video": light, or the clip itself."""
    after = " ".join(token.text for token in heard.tokens[match.last + 1 : match.last + 5])
    said = f"{match.phrase.split()[-1]} {after}" if match.phrase.endswith((" a", " an", " my")) else after
    return _lasting(said)


def _lasting(after: str) -> bool:
    return any(f" {after} ".find(f" {word} ") >= 0 for word in lexicon().lasting)


def _done_by_someone(heard: Heard, match: Match, kind: str) -> bool:
    """A finite verb right behind who does it: "she walks", "make grandpa say", "and then waves" is not."""
    part = heard.part_at(match.start)
    if part is None:
        return False
    before = [item for item in part.items if item.end <= match.start]
    if any(item.role in ("camera", "wind") for item in before[-4:]) or any(
        _like(item.text) for item in before[-2:]
    ):
        return False
    near = [item for item in before if item.role not in _SKIPPED]
    if not near:
        return _goes_on(heard, part, match, kind)
    return near[-1].role in ((_PEOPLE if kind == "dialogue" else _WHO) | {"unknown"}) and _finite(
        heard, match
    )


def _goes_on(heard: Heard, part: Part, match: Match, kind: str) -> bool:
    """ "She turns and waves": the clause before has a person who does it."""
    if part.clause.link not in ("and", "then", "comma") or not heard.tokens[match.first].text.endswith("s"):
        return False
    earlier = [one for one in heard.parts if one.end <= part.start]
    if not earlier or kind == "transformation":
        return False
    roles = [item.role for item in earlier[-1].items if item.role in (*_WHO, "camera", "thing", "wind")]
    return bool(roles) and roles[0] == "person"


def _finite(heard: Heard, match: Match) -> bool:
    """Not "a man in a running suit": an -ing right before a noun tells about it."""
    token = heard.tokens[match.last]
    following = heard.tokens[match.last + 1 : match.last + 2]
    return not (
        token.text.endswith("ing") and following and following[0].text in lexicon().small["after_participles"]
    )


def _is_denied(heard: Heard, match: Match) -> bool:
    part = heard.part_at(match.start)
    before = {token.text for token in heard.tokens[max(0, match.first - 3) : match.first]}
    if part is None or match.start in heard.quiet or before & {"like", "as"}:
        return part is not None
    return part.clause.denied or any(
        item.role == "negation" and item.start < match.start for item in part.items
    )


def _like(text: str) -> bool:
    return text in ("like", "as", "of", "the", "a", "an")


def _added(heard: Heard) -> Iterator[Deed]:
    """ "Add a unicorn": whatever is added and is neither weather, light nor motion."""
    adds = lexicon().deeds["new_object"]["added"]
    for part in heard.parts:
        for match in adds.found(tokenise(part.text)):
            after = [item for item in part.items if item.start >= part.start + match.end]
            noun = next((item for item in after if item.role not in _SKIPPED_ADDED), None)
            if noun is not None and noun.role in _ADDABLE_NOT and not part.denied:
                end = noun.end
                yield Deed(
                    "new_object", heard.text[part.start + match.start : end], part.start + match.start, end
                )


_ADDED = ("add", "adds", "insert", "include", "introduce", "put")
_ADDABLE_NOT = frozenset(("person", "object", "product", "unknown"))
_NOUNS = frozenset(("scenery", "unknown", "thing", "object", "product", "head", "unknown_noun"))
_SKIPPED = frozenset(
    ("filler", "determiner", "amount", "intensifier", "then", "together", "mood_adjective", "only", "and")
)
_SKIPPED_ADDED = _SKIPPED | {"preposition"} - {"and"}


# -- how much at once --------------------------------------------------------------------------------------------
def things_at_once(heard: Heard) -> tuple[int, int, int]:
    """(camera moves, the most that run together, motions; what one wind moves counts once)."""
    plan = heard.reading.plan
    moves = [move for move in plan.camera if move.move not in ("static", "handheld")]
    together = max(
        (sum(one.start < move.end and move.start < one.end for one in moves) for move in moves), default=0
    )
    kinds = {motion.kind for motion in plan.motions}
    return len(moves), together, len(kinds - _WINDY) + bool(kinds & _WINDY)


def crowd(heard: Heard) -> Iterator[Remark]:
    """Too many moves, or too much in all, for the seconds."""
    moves, together, motions = things_at_once(heard)
    seconds = heard.seconds
    steps = max(2, int(seconds / 2))
    cut = [note for note in heard.reading.notes if note.code.startswith("prompt.too_many")]
    most = _CROWD + max(0, int((seconds - 5) / 3)) if seconds >= 5 else 4
    if moves > steps or together > _AT_ONCE or moves + motions > most or cut:
        words = tuple(part.text for part in heard.parts if part.moves_something)
        text = f"{moves} camera moves and {motions} motions are too much for {seconds:g} s."
        yield Remark("prompt.too_many", "warn", words, text, "Keep one camera move and one or two motions.")
    elif moves > 1 or motions > 3:
        text = f"{moves} camera moves and {motions} motions share {seconds:g} s."
        fix = "One camera move and one or two motions look calmer; a longer clip gives each more time."
        yield Remark("prompt.several", "info", (), text, fix)
