"""From what the clauses ask for to one MotionPlan, with a note for everything snapped, dropped or doubtful."""

from __future__ import annotations

from stillreel.events import Warned
from stillreel.motion.asked import Asked, AskedMotion, AskedMove
from stillreel.motion.plan import LIGHT_COURSES, UNITS, CameraMove, MotionPlan, RegionMotion, Words
from stillreel.motion.quantities import Quantity
from stillreel.motion.schedule import Window, blink_times, schedule
from stillreel.motion.vocabulary import Vocabulary

__all__ = ["ABLE_MODELS", "NATURAL", "assemble"]

ABLE_MODELS = "Kling, Seedance, Veo or Wan 2.2"
# A natural amount of each move over a clip, in its unit; the scene may allow less (stillreel.motion.limits).
NATURAL = {
    "pan": 6.0, "tilt": 4.0, "roll": 4.0, "orbit": 7.0, "zoom": 1.2, "dolly_zoom": 1.25,
    "push": 0.18, "truck": 0.06, "pedestal": 0.06, "handheld": 0.5, "static": 0.0,
}  # fmt: skip
_CEILING = {"degrees": 90.0, "ratio": 4.0, "near depth": 2.0}
_OPPOSITE = {
    "left": "right", "right": "left", "up": "down", "down": "up", "in": "out", "out": "in",
    "clockwise": "counterclockwise", "counterclockwise": "clockwise",
}  # fmt: skip
_SIDED = frozenset(
    ["pan", "tilt", "truck", "pedestal", "orbit"]
)  # a default side is a guess; a default zoom is in
_MOVES_AT_ONCE, _SECONDS_A_STEP, _MOTIONS = 3, 0.7, 12
_BLOWN = ("hair", "cloth", "foliage")  # what wind moves where nothing is named
_WIND_DRIVEN = frozenset((*_BLOWN, "clouds", "smoke", "rain", "snow"))
_AMBIENT = frozenset((*_WIND_DRIVEN, "water", "fire", "light", "breathe", "sway"))


def assemble(
    clauses: list[Asked], seconds: float, words: Vocabulary, late: bool
) -> tuple[MotionPlan, list[Warned]]:
    """The plan of all clauses together."""
    notes: list[Warned] = []
    clauses = _within_steps(clauses, seconds, notes)
    windows = schedule(clauses, seconds, late)
    camera = _camera(clauses, windows, notes)
    motions = _motions(clauses, windows, seconds, words)
    refused = {kind for clause in clauses for kind in clause.refused_kinds}
    motions = [motion for motion in motions if motion.kind not in refused]
    hold = dict.fromkeys(region for clause in clauses for region in clause.hold)
    only = any(clause.only for clause in clauses)
    if only:
        hold["background"] = None
    camera = _dolly_zooms(camera)
    camera = _standing_still(clauses, camera, only, seconds, notes)
    plan = MotionPlan(
        seconds=seconds,
        camera=tuple(camera),
        motions=tuple(motions[:_MOTIONS]),
        hold=tuple(list(hold)[:16]),
        mood=tuple(dict.fromkeys(mood[:200] for clause in clauses for mood in clause.mood))[:32],
        words=_words(clauses),
    )
    if len(motions) > _MOTIONS:
        notes.append(
            Warned("prompt.too_many_motions", f"{len(motions)} motions were asked for; {_MOTIONS} are kept.")
        )
    return plan, notes + _advice(plan, clauses)


def _words(clauses: list[Asked]) -> Words:
    def gather(lists: list[list[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for each in lists for one in each if one))

    return Words(
        understood=gather([[clause.understood] for clause in clauses]),
        unknown=gather([clause.unknown for clause in clauses]),
        impossible=gather([clause.impossible for clause in clauses]),
    )


def _within_steps(clauses: list[Asked], seconds: float, notes: list[Warned]) -> list[Asked]:
    """As many steps as the clip has time for; numbered without gaps."""
    steps = sorted({clause.step for clause in clauses})
    fit = max(1, int(seconds / _SECONDS_A_STEP))
    if len(steps) > fit:
        text = f"{len(steps)} steps do not fit {seconds:g} s; the first {fit} are kept."
        notes.append(Warned("prompt.too_many_moves", text))
    number = {step: i for i, step in enumerate(steps[:fit])}
    kept = [clause for clause in clauses if clause.step in number]
    for clause in kept:
        clause.step = number[clause.step]
    return kept


# -- the camera -------------------------------------------------------------------------------------------------
def _camera(clauses: list[Asked], windows: list[Window], notes: list[Warned]) -> list[CameraMove]:
    named = any(not move.weak for clause in clauses for move in clause.moves)
    refused = {move for clause in clauses for move in clause.refused_moves}
    camera: list[CameraMove] = []
    # Said with its direction in the same step: "a dutch angle, roll to the left".
    better = {(clause.step, move.move) for clause in clauses for move in clause.moves if not move.guessed}
    seen: set[tuple[str, str | None, Window]] = set()
    sure = {clause.step for clause in clauses for move in clause.moves if not (move.doubtful or move.weak)}
    sure |= {clause.step for clause in clauses if clause.static}
    told: dict[int, set[str]] = {}  # "tracking shot moving forward": the verb says where
    for clause in clauses:
        told.setdefault(clause.step, set()).update(
            f"{one.move} {one.direction}" for one in clause.moves if one.general
        )
    for clause, window in zip(clauses, windows, strict=True):
        asked = [move for move in clause.moves if not (move.weak and named)]
        asked = [move for move in asked if not {move.move, f"{move.move} {move.direction}"} & refused]
        asked = [move for move in asked if not (move.guessed and (clause.step, move.move) in better)]
        asked = [move for move in asked if not (move.doubtful and clause.step in sure)]
        asked = [move for move in asked if not move.steered & told.get(clause.step, set())]
        for move, part in _in_turn(asked, window):
            if (move.move, move.direction, part) in seen:
                continue
            seen.add((move.move, move.direction, part))
            _add(_camera_move(move, part, notes), camera, notes)
    return camera


def _dolly_zooms(camera: list[CameraMove]) -> list[CameraMove]:
    """A push against a zoom at the same time is a dolly zoom, by definition; beside a named one it explains it."""
    for push in [move for move in camera if move.move == "push"]:
        named = next((move for move in camera if move.move == "dolly_zoom" and _overlap(move, push)), None)
        zoom = next((move for move in camera if move.move == "zoom" and _overlap(move, push)), None)
        if (zoom is None or zoom.direction == push.direction) and named is None:
            continue
        start = min(push.start, zoom.start if zoom else push.start)
        amount = named.amount if named else zoom.amount if zoom else NATURAL["dolly_zoom"]
        whole = CameraMove(
            move="dolly_zoom",
            direction=push.direction,
            amount=amount,
            start=start,
            end=push.end,
            easing=push.easing,
        )
        camera = [move for move in camera if move not in (push, zoom, named)] + [whole]
    return camera


def _overlap(one: CameraMove, other: CameraMove) -> bool:
    return one.start < other.end and other.start < one.end


def _in_turn(moves: list[AskedMove], window: Window) -> list[tuple[AskedMove, Window]]:
    """ "In and out" in one breath: opposites follow each other, everything else runs together."""
    said = {(one.move, one.direction) for one in moves}
    if not said & {(one.move, _OPPOSITE.get(one.direction)) for one in moves if one.direction}:
        return [(move, window) for move in moves]
    length = (window[1] - window[0]) / len(moves)
    starts = [round(window[0] + i * length, 2) for i in range(len(moves) + 1)]
    return [(move, (starts[i], starts[i + 1])) for i, move in enumerate(moves)]


def _opposed(one: AskedMove | CameraMove, other: AskedMove | CameraMove) -> bool:
    return (
        one.move == other.move
        and one.direction is not None
        and _OPPOSITE.get(one.direction) == other.direction
    )


def _add(move: CameraMove, camera: list[CameraMove], notes: list[Warned]) -> None:
    """Append, unless the same move runs already; opposites and crowds are told apart and noted."""
    at_once = [one for one in camera if one.start < move.end and move.start < one.end]
    if any((one.move, one.direction) == (move.move, move.direction) for one in at_once):
        return
    against = next((one for one in at_once if _opposed(one, move)), None)
    if against is not None:
        text = (
            f"{move.move} {against.direction} and {move.direction} at the same time: one follows the other."
        )
        notes.append(Warned("prompt.contradictory", text))
        middle = round((against.start + against.end) / 2, 2)
        camera[camera.index(against)] = against.model_copy(update={"end": middle})
        move = move.model_copy(update={"start": middle})
    elif len(at_once) >= _MOVES_AT_ONCE:
        text = f"{move.move} {move.direction or ''} is left out: {_MOVES_AT_ONCE} moves run at once already."
        notes.append(Warned("prompt.too_many_moves", " ".join(text.split())))
        return
    camera.append(move)


def _camera_move(asked: AskedMove, window: Window, notes: list[Warned]) -> CameraMove:
    if asked.guessed and asked.move in _SIDED:
        text = f"{asked.move}: no direction was said; {asked.direction} is assumed."
        notes.append(Warned("prompt.direction_assumed", text))
    if asked.sudden:
        text = f"A sudden {asked.move} shows what one photo does not hold; a quick and modest one is planned."
        notes.append(Warned("prompt.softened", text))
    return CameraMove(
        move=asked.move,  # pyright: ignore[reportArgumentType] - a family's data, checked by the model
        direction=asked.direction,  # pyright: ignore[reportArgumentType]
        amount=round(_amount(asked, notes), 4),
        start=window[0],
        end=window[1],
        easing=asked.easing or "smoother",  # pyright: ignore[reportArgumentType]
    )


def _amount(asked: AskedMove, notes: list[Warned]) -> float:
    unit, natural = UNITS[asked.move], NATURAL[asked.move]
    said = _said_amount(asked.quantity, unit) if asked.quantity and asked.move != "handheld" else None
    factor = min(max(asked.factor, 0.2), 2.5)
    amount = (
        said if said is not None else 1 + (natural - 1) * factor if natural > 1 and unit == "ratio" else None
    )
    amount = natural * factor if amount is None else amount
    ceiling = 1.0 if asked.move == "handheld" else _CEILING.get(unit, 0.0)
    if amount > ceiling:
        text = f"{asked.move}: {amount:g} {unit} is over the plan's ceiling; {ceiling:g} is planned."
        notes.append(Warned("prompt.amount_limited", text)) if said is not None else None
    if asked.quantity and said is None and asked.move != "handheld":
        text = f"{asked.move} is not measured in {asked.quantity.unit}; its natural amount is used."
        notes.append(Warned("prompt.amount_unused", text))
    return min(amount, ceiling)


def _said_amount(said: Quantity, unit: str) -> float | None:
    """A said amount in the move's unit: 20 % and 1.2x are the same zoom."""
    if unit == "degrees":
        return said.value if said.unit == "degrees" else None
    if said.unit == "percent":
        return said.value / 100 + (1 if unit == "ratio" else 0)
    if said.unit == "times" and said.value >= 1:
        return said.value if unit == "ratio" else said.value - 1
    return None


def _standing_still(
    clauses: list[Asked], camera: list[CameraMove], only: bool, seconds: float, notes: list[Warned]
) -> list[CameraMove]:
    """`static` stands alone; a move that was named wins over it, and that is said unless they take turns."""
    refused = {move for clause in clauses for move in clause.refused_moves}
    still = [clause for clause in clauses if clause.static]
    if camera:
        together = {clause.step for clause in clauses if clause.moves}
        if "any" in refused or any(clause.step in together for clause in still):
            text = "The camera is asked to stand still and to move; the move is planned."
            notes.append(Warned("prompt.contradictory", text))
        return camera
    if still or only or refused - {"handheld"}:
        return [CameraMove(move="static", amount=0.0, start=0.0, end=seconds)]
    return camera


# -- motions ----------------------------------------------------------------------------------------------------
def _motions(
    clauses: list[Asked], windows: list[Window], seconds: float, words: Vocabulary
) -> list[RegionMotion]:
    wind = next((clause.wind_direction for clause in clauses if clause.wind_direction), None)
    named = {motion.kind for clause in clauses for motion in clause.motions}
    motions: list[RegionMotion] = []
    for clause, window in zip(clauses, windows, strict=True):
        asked = list(clause.motions)
        if clause.wind and not named & _WIND_DRIVEN:
            asked += [AskedMotion(kind, factor=clause.wind_factor) for kind in _BLOWN]
        for one in asked:
            direction = one.direction or (wind if one.kind in _WIND_DRIVEN else None) or one.leaning
            ends = clause.when is not None and (clause.when.end or clause.when.length or clause.when.tail)
            for start, end in _times(
                one,
                (0.0, window[1]) if clause.throughout and one.kind in _AMBIENT else window,
                bool(ends),
                seconds,
            ):
                _add_motion(_region_motion(one, direction, start, end, words), motions)
    return motions


def _times(one: AskedMotion, window: Window, ends: bool, seconds: float) -> list[Window]:
    """Blinks are moments, a turn or a smile takes its step; what sways or flows goes on to the end."""
    if one.kind == "blink":
        return blink_times(window, one.count)
    if one.kind in ("head_turn", "smile", "rotate") or ends or _once(one):
        return [window]
    return [(window[0], seconds)]


def _once(one: AskedMotion) -> bool:
    """Light that changes or crosses does so once, within its step; light that flickers or plays goes on."""
    return one.kind == "light" and one.direction is not None and one.direction not in LIGHT_COURSES


def _region_motion(one: AskedMotion, direction: str | None, start: float, end: float, words: Vocabulary):
    region = one.region or _REGION.get(one.kind) or words.kind_regions[one.kind]
    amount = round(min(max(one.factor, 0.2), 2.0), 2)
    return RegionMotion(
        kind=one.kind,  # pyright: ignore[reportArgumentType] - the vocabulary's kinds are tested to be the plan's
        region=region,
        direction=direction,  # pyright: ignore[reportArgumentType]
        amount=amount,
        start=start,
        end=end,
    )


_REGION = {
    "head_turn": "face", "blink": "face", "smile": "face", "breathe": "person", "sway": "person", "rotate": "subject",
}  # fmt: skip


def _add_motion(motion: RegionMotion, motions: list[RegionMotion]) -> None:
    """Append, unless the kind runs at that time already; a second word for it may still give it its direction."""
    if motion.kind == "light":
        _add_light(motion, motions)
        return
    for i, one in enumerate(motions):
        if one.kind == motion.kind and one.start < motion.end and motion.start < one.end:
            if one.kind in ("head_turn",) and one.direction and motion.direction not in (None, one.direction):
                middle = round((one.start + one.end) / 2, 2)
                motions[i] = one.model_copy(update={"end": middle})
                motions.append(motion.model_copy(update={"start": middle}))
            elif one.direction is None and motion.direction:
                motions[i] = one.model_copy(update={"direction": motion.direction})
            return
    motions.append(motion)


def _add_light(motion: RegionMotion, motions: list[RegionMotion]) -> None:
    """Light may turn darker and warmer and flicker at once; that it merely plays is said by no second word."""
    at_once = [
        one for one in motions if one.kind == "light" and one.start < motion.end and motion.start < one.end
    ]
    if (motion.direction is None and at_once) or any(one.direction == motion.direction for one in at_once):
        return
    motions[:] = [one for one in motions if not (one in at_once and one.direction is None)]
    motions.append(motion)


# -- advice -----------------------------------------------------------------------------------------------------
def _advice(plan: MotionPlan, clauses: list[Asked]) -> list[Warned]:
    notes = []
    if plan.words.impossible:
        listed = ", ".join(f"'{text}'" for text in plan.words.impossible)
        notes.append(
            Warned(
                "prompt.impossible",
                f"The embedded model cannot do {listed}; {ABLE_MODELS} can. The rest of the prompt is planned.",
            )
        )
    if plan.words.unknown:
        listed = ", ".join(f"'{text}'" for text in plan.words.unknown)
        foreign = not plan.words.understood or not all(text.isascii() for text in plan.words.unknown)
        only = " The grammar reads English only." if foreign else ""
        notes.append(Warned("prompt.unknown_words", f"Not understood: {listed}.{only}"))
    empty = not plan.camera and not plan.motions
    if empty and (plan.words.unknown or plan.words.understood or any(clause.vague for clause in clauses)):
        text = "No move or motion is named, so a modest plan comes from the scene. Say what moves, such as "
        notes.append(Warned("prompt.vague", text + "'slow push-in, hair moves in the breeze'."))
    return notes
