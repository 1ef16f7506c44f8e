"""Wishes of one prompt that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise

from stillreel.motion.advice.heard import Heard, Part
from stillreel.motion.advice.lexicon import Match, Pair, lexicon, quoted
from stillreel.motion.advice.values import Remark
from stillreel.motion.plan import MotionPlan

__all__ = ["contradictions", "opposites_at_once"]

_PLACE = {"hair": "hair", "cloth": "cloth", "water": "water", "clouds": "sky", "foliage": "foliage"}
_MOST = 4
_AT_ONCE = frozenset(
    ("simultaneously", "together", "simultaneous", "same", "once", "while", "both", "concurrently")
)
_FLIGHTS = (
    "fly",
    "flies",
    "flying",
    "soar",
    "soars",
    "swoop",
    "swoops",
    "dive",
    "dives",
    "rush",
    "rushes",
    "races",
)
_OPPOSITE = {"left": "right", "up": "down", "in": "out", "clockwise": "counterclockwise"}
_WORD = re.compile(r"[a-z']+")
_ON_A_TRIPOD = ("pan", "tilt", "roll", "zoom")
_TEMPO = (0.75, 1.45)  # factors below and above which a move is slow or fast


def contradictions(heard: Heard) -> Iterator[Remark]:
    """Remarks `prompt.contradiction`, at most four."""
    found = chain(
        _grammars(heard), _said(heard), _refused(heard), _at_once(heard), _held(heard), _all_still(heard),
        _tempo(heard), _pairs(heard),
    )  # fmt: skip
    for words, text, fix in islice(found, _MOST):
        yield Remark("prompt.contradiction", "warn", tuple(dict.fromkeys(words)), text, fix)


def _grammars(heard: Heard) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What the grammar found: opposites at once, and a camera that stands still and moves."""
    notes = [note.message for note in heard.reading.notes if note.code == "prompt.contradictory"]
    for text in notes:
        still = [part for part in heard.parts if _stands(part)]
        if "stand still" in text and not still:
            continue  # "pedestal up, hold, pan right": a pause
        words = (*(part.text for part in still), *(part.text for part in heard.parts if part.asked.moves))
        yield words, f"{quoted(words)}: {text}", "Keep one of the two, or say 'then' between them."


def _stands(part: Part) -> bool:
    """The clause is about a camera that stands still all the time."""
    words = set(_WORD.findall(part.text.lower()))
    if not (part.asked.static or "any" in part.asked.refused_moves) or words & lexicon().small["for_a_while"]:
        return False
    if part.asked.moves and all(move.move in _ON_A_TRIPOD for move in part.asked.moves) and "tripod" in words:
        return False
    return bool(words & lexicon().small["camera"])


_STILL_CAMERA = re.compile(
    r"\b(?:keep|hold|leav|lock)(?:e|ing|s)?\s+(?:the\s+)?(?:camera|shot|frame|view)\s+(?:completely\s+|perfectly\s+)?"
    r"(?:still|fixed|static|locked|in place|where it is|motionless)"
    r"|\b(?:camera|shot|frame)\s+(?:that\s+)?(?:stays?|remains?|is|must be|should be|must stay|should stay)\s+"
    r"(?:completely\s+|perfectly\s+)?(?:still|fixed|static|locked|in place|motionless)"
)
_BOTH_WAYS = re.compile(
    r"\b(?:left and right|right and left|in and out|up and down|back and forth|forwards? and backwards?)\s+"
    r"(?:both\s+)?(?:at the same time|at once|simultaneously|together|at the same moment)\b"
)


def _said(heard: Heard) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What the words say plainly and the grammar settles without a note."""
    text = heard.text.lower()
    if any(True for _ in _grammars(heard)):
        return
    moves = [part.text for part in heard.parts if part.asked.moves]
    still = _STILL_CAMERA.search(text)
    if (
        still
        and moves
        and not heard.reading.plan.is_static
        and not lexicon().spared.intersection(heard.words)
    ):
        words = still.group(), *moves
        yield words, f"{quoted(words)}: the camera is to stand still and to move.", "Keep one of the two."
    both = _BOTH_WAYS.search(text)
    if both and not opposites_at_once(heard.reading.plan, heard.words):
        yield (both.group(),), f"'{both.group()}': one move cannot go both ways.", "Keep one direction."


def _refused(heard: Heard) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """ "Zoom in, no zoom": the grammar leaves out what is refused."""
    refused = {
        move.split()[0]: part for part in heard.parts for move in part.asked.refused_moves if move != "any"
    }
    for part in heard.parts:
        for move in part.asked.moves:
            other = refused.get(move.move)
            if other is not None and (other is not part or not part.denied):
                words = part.text, other.text
                yield (
                    words,
                    f"{quoted(words)}: the {move.move} is asked for and refused.",
                    "Keep one of the two.",
                )
    kinds = {kind: part for part in heard.parts for kind in part.asked.refused_kinds}
    for part in heard.parts:
        for motion in part.asked.motions:
            other = kinds.get(motion.kind)
            stays = bool(lexicon().small["stays"] & set(part.text.lower().split()))
            if other is not None and other is not part and not stays and not _spared(heard):
                words = part.text, other.text
                yield words, f"{quoted(words)}: the same is to move and not to move.", "Keep one of the two."


def opposites_at_once(plan: MotionPlan, words: list[str]) -> tuple[str, str, str] | None:
    """(move, direction, opposite) where both are said to happen together."""
    if not _AT_ONCE.intersection(words):
        return None
    said = {(move.move, move.direction) for move in plan.camera}
    return next(((move, way, _OPPOSITE[way]) for move, way in said
                 if way in _OPPOSITE and (move, _OPPOSITE[way]) in said), None)  # fmt: skip


def _at_once(heard: Heard) -> Iterator[tuple[tuple[str, ...], str, str]]:
    found = opposites_at_once(heard.reading.plan, heard.words)
    if found and not any(note.code == "prompt.contradictory" for note in heard.reading.notes):
        move, way, other = found
        words = tuple(part.text for part in heard.parts if any(one.move == move for one in part.asked.moves))
        text = f"A {move} {way} and {other} cannot happen at the same time; one is planned after the other."
        yield words, text, "Keep one direction, or say 'then' between them."


def _held(heard: Heard) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is held still and moved at once; a background that holds still under a flight."""
    holds = {
        region: part for part in heard.parts for region in part.asked.hold if not part.asked.refused_kinds
    }
    for part in heard.parts:
        for motion in part.asked.motions:
            other = holds.get(_PLACE.get(motion.kind, ""))
            if other is not None and other is not part and not _excepts(other):
                words = other.text, part.text
                text = f"{quoted(words)}: the {_PLACE[motion.kind]} is to stand still and to move."
                yield words, text, "Keep one of the two."
        flown = [word for word in _FLIGHTS if part.asked.moves and word in part.text.lower().split()]
        still = holds.get("background") or holds.get("whole")
        if flown and still is not None and not _excepts(still):
            words = still.text, part.text
            text = f"{quoted(words)}: a camera that flies moves the whole background through the picture."
            yield words, text, "Use a slow push in, or let the background move."


def _excepts(part: Part) -> bool:
    words = set(part.text.lower().replace(",", " ").split())
    return bool(words & lexicon().spared)


def _spared(heard: Heard) -> bool:
    return bool(lexicon().spared.intersection(heard.words))


def _all_still(heard: Heard) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """ "Nothing moves at all" beside a motion that is not named as spared."""
    still = lexicon().stillness.found(heard.tokens)
    plan = heard.reading.plan
    whole = any("move" not in match.phrase or "no" in match.phrase.split()[:1] for match in still)
    moving = bool(plan.motions) or (
        whole and not plan.is_static
    )  # "slow zoom in, nothing moves" is no contradiction
    if still and moving and not _spared(heard):
        parts = [part.text for part in heard.parts if part.moves_something]
        words = (heard.text[still[0].start : still[0].end], *parts)
        yield (
            words,
            f"{quoted(words)}: nothing is to move, and something is.",
            "Say 'only' before what shall move.",
        )


# -- fast and slow -----------------------------------------------------------------------------------------------
def _tempo(heard: Heard) -> Iterator[tuple[tuple[str, ...], str, str]]:
    asked: dict[tuple[str, str | None, int], tuple[float, Part]] = {}
    fix = "Keep one speed; slow is safer with one photo."
    for part in heard.parts:
        for move in part.asked.moves:
            place = (move.move, move.direction, part.clause.step)
            before, other = asked.setdefault(place, (move.factor, part))
            if min(before, move.factor) < _TEMPO[0] and max(before, move.factor) > _TEMPO[1]:
                words = other.text, part.text
                yield words, f"{quoted(words)}: the same move is to be slow and fast.", fix
    for start, end in _groups(heard):
        tokens = [token for token in heard.tokens if start <= token.start < end]
        if lexicon().change.intersection(token.text for token in tokens):
            continue
        fast, slow = lexicon().fast.found(tokens), lexicon().slow.found(tokens)
        if fast and slow and _same_thing(tokens, fast[0], slow[0]):
            words = fast[0].phrase, slow[0].phrase
            yield words, f"{quoted(words)}: one movement cannot be both.", fix


def _same_thing(tokens: list, fast: Match, slow: Match) -> bool:
    """Not "slow-motion of fast cars": no noun phrase of its own between."""
    first, last = (
        sorted((fast.last, slow.first)) if fast.first < slow.first else sorted((slow.last, fast.first))
    )
    return not any(token.text in ("of", "against", "past", "over") for token in tokens[first : last + 1])


def _groups(heard: Heard) -> list[tuple[int, int]]:
    """Spans of clauses that tell of one movement: those without a head go with the next one that has one."""
    groups: list[tuple[int, int]] = []
    start = None
    ordered = sorted(heard.parts, key=lambda part: part.start)
    for part in ordered:
        start = part.start if start is None else start
        if part.clause.has_head or part is ordered[-1]:
            groups.append((start, part.end))
            start = None
    return groups


# -- words that exclude each other --------------------------------------------------------------------------------
def _pairs(heard: Heard) -> Iterator[tuple[tuple[str, ...], str, str]]:
    said = heard.words
    together = {*said, *(f"{one} {two}" for one, two in pairwise(said))}
    for pair in lexicon().pairs:
        one, other = _apart(heard, pair)
        if one and other and not (pair.unless & together):
            words = one[0].phrase, other[0].phrase
            yield words, f"{quoted(words)} exclude each other: {pair.name}.", "Keep one of the two."


def _apart(heard: Heard, pair: Pair) -> tuple[list[Match], list[Match]]:
    return pair.one.found(heard.tokens), pair.other.found(heard.tokens)
