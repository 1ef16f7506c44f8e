"""A plan fitted to a scene: what the scene cannot carry is said and left out, what the prompt left open is filled.

By itself nothing moves where the analysis is not sure, and water not at all. What the plan asks for is believed sooner:
a suspicion is enough, or a likely place (stillreel.motion.likely), moved gently and said to be a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

from stillreel.events import Warned
from stillreel.motion.interest import box_of_interest
from stillreel.motion.likely import likely_box, place_in_words
from stillreel.motion.plan import FOGGY, CameraMove, MotionPlan, RegionMotion
from stillreel.scene.eyes import OPEN
from stillreel.scene.values import Scene

__all__ = ["fit_to_scene"]

# How sure the analysis must be (Scene.confidence, 0-1) before a thing moves, and how much of the frame it must fill.
SURE_FACE = 0.5
SURE_SUBJECT = 0.4
SURE_PART = 0.4  # person, hair, cloth, foliage
SURE_SKY = 0.5
SURE_WATER = 0.5
SURE_STYLE = 0.5
SURE_DEPTH = 0.7
SUSPECTED = 0.15  # of a part that the plan asks for
GENTLY = 0.7  # of the amount, where the place is a guess
SMALLEST = 0.002  # share of the frame
PORTRAIT = 0.01  # a face over this share of the frame makes a portrait

_PART_OF = {"hair": "hair", "cloth": "cloth", "water": "water", "clouds": "sky", "foliage": "foliage"}
_FACE_KINDS = ("head_turn", "blink", "smile")
_BODY_KINDS = ("breathe", "sway")
_STILL = (
    "Nothing will move: the camera stands still, and the photo surely carries none of the motions. Ask for a camera "
    "move, such as 'slow push in'."
)


def fit_to_scene(plan: MotionPlan, scene: Scene) -> tuple[MotionPlan, tuple[Warned, ...]]:
    """The plan that `scene` can carry, and a note for every change.

    Each motion gets a region of the scene. A kind without one moves from `motions` to `words.impossible` with the
    reason. An empty camera list is filled by what the scene is (portrait, landscape, product, drawing) unless the plan
    is static or holds the background; a plan that asks for nothing also gets the motions that are safe: blinking,
    breathing, drifting clouds. Where nothing is left that moves, a note says so."""
    look = _Look(scene)
    notes: list[Warned] = []
    motions, impossible = [], list(plan.words.impossible)
    for motion in plan.motions:
        fitted, reason = look.carry(motion)
        if fitted is not None:
            motions.append(fitted)
            if reason:
                notes.append(Warned("plan.place_assumed", f"{motion.kind}: {reason}."))
            continue
        impossible.append(f"{motion.kind}: {reason}")
        notes.append(Warned("plan.impossible", f"{motion.kind} is left out: {reason}."))
    if not plan.motions and not plan.hold and plan.is_static:  # no camera move and no motion is named
        motions = look.safe_motions(plan.seconds)
        if motions:
            kinds = ", ".join(motion.kind for motion in motions)
            notes.append(
                Warned("plan.motions_filled", f"No motion is named; the scene safely carries: {kinds}.")
            )
    camera = plan.camera
    if not camera:
        move, why = look.camera(plan)
        camera = (move,)
        text = " ".join((move.move, move.direction or "")).strip()
        notes.append(Warned("plan.camera_filled", f"No camera move is named; {text} is planned: {why}."))
    words = plan.words.model_copy(update={"impossible": tuple(dict.fromkeys(impossible))})
    fitted_plan = plan.model_copy(update={"camera": camera, "motions": tuple(motions), "words": words})
    if fitted_plan.is_static and not motions and not plan.hold:
        notes.append(Warned("plan.nothing_moves", _STILL))
    return MotionPlan.model_validate(fitted_plan.model_dump()), tuple(notes)


@dataclass(frozen=True)
class _Look:
    """What the scene is sure of."""

    scene: Scene

    def trust(self, name: str) -> float:
        return float(self.scene.confidence.get(name, 0.0))

    @property
    def has_face(self) -> bool:
        return bool(self.scene.faces) and self.trust("faces") >= SURE_FACE

    @property
    def has_open_eyes(self) -> bool:
        return any(max(face.openness) > OPEN for face in self.scene.faces)

    @property
    def has_subject(self) -> bool:
        return self.trust("subject") >= SURE_SUBJECT and float(self.scene.subject.mean()) >= SMALLEST

    def has_part(self, name: str) -> bool:
        return self.trust(name) >= _sure(name) and float(self.scene.parts[name].mean()) >= SMALLEST

    def suspects(self, name: str) -> bool:
        """Whether a part that the plan asks for may be where the analysis points."""
        weak = min(SUSPECTED, _sure(name))
        return self.trust(name) >= weak and float((self.scene.parts[name] > 0.5).mean()) >= SMALLEST

    def carry(self, motion: RegionMotion) -> tuple[RegionMotion | None, str]:
        """(the motion in a region of this scene, what was assumed for it or "") or (None, why not)."""
        if motion.kind == "blink" and self.has_face and not self.has_open_eyes:
            return None, "no eye is seen to be surely open: shut, hidden or tiny eyes do not blink"
        if motion.region.startswith("box"):
            return (
                (None, self._faceless()) if motion.kind in _FACE_KINDS and not self.has_face else (motion, "")
            )
        if motion.kind in _FACE_KINDS:
            return (_on(motion, "face"), "") if self.has_face else (None, self._faceless())
        if motion.kind in _BODY_KINDS:
            return self._body(motion)
        if motion.kind == "rotate":
            if not self.has_subject:
                return None, self._missing("subject", "subject", SURE_SUBJECT)
            return _on(motion, "subject"), ""
        if motion.kind == "smoke":
            return self._smoke(motion)
        part = _PART_OF.get(motion.kind)
        if part is None:
            return motion, ""  # weather, light and fire find their own places
        return (_on(motion, part), "") if self.has_part(part) else self._guessed(motion, part)

    def _guessed(self, motion: RegionMotion, part: str) -> tuple[RegionMotion | None, str]:
        """A motion of a part that is not sure: where it is suspected, or where such a thing most probably is."""
        gentle = motion.model_copy(update={"amount": round(GENTLY * motion.amount, 3)})
        if self.suspects(part):
            return _on(gentle, part), f"its place is not sure ({self.trust(part):.2f}), so it is moved gently"
        box = likely_box(self.scene, motion.kind)
        if box is None:
            return None, f"{self._missing(part, part, _sure(part))}, and nothing in the picture looks like it"
        return _on(gentle, box), f"its place is not sure, so {place_in_words(box)} is moved gently ('{box}')"

    def _smoke(self, motion: RegionMotion) -> tuple[RegionMotion, str]:
        """Fog over the part it is said to lie on; steam from what is sure, else from where the eye goes."""
        region = motion.region
        if region in ("whole", "background") or (region in FOGGY and self.has_part(region)):
            return motion, ""
        if region in FOGGY:
            return _on(motion, "whole"), f"no {region} is sure, so it drifts over the whole picture"
        if region in ("mouth", "face") and self.has_face:
            return motion, ""
        if self.has_subject:
            return _on(motion, "subject"), ""
        box = box_of_interest(self.scene)
        return _on(
            motion, box
        ), f"what it rises from is not sure, so '{box}' is taken; a plan may name another region"

    def _body(self, motion: RegionMotion) -> tuple[RegionMotion | None, str]:
        if self.has_part("person"):
            return _on(motion, "person"), ""
        if self.has_subject:
            return _on(motion, "subject"), ""
        if self.suspects("person"):
            return _on(motion, "person"), f"it is not sure where the person is ({self.trust('person'):.2f})"
        known = max(self.trust("person"), self.trust("subject"))
        found = (
            f"no person or other subject is found with enough confidence ({known:.2f}, needs {SURE_PART:.2f})"
        )
        return None, f"{found}; a plan may name its place, as region '{box_of_interest(self.scene)}'"

    def _faceless(self) -> str:
        found = self._missing("human face", "faces", SURE_FACE)
        return f"{found}; the faces of animals and figures are not moved" if self.has_subject else found

    def _missing(self, what: str, name: str, sure: float) -> str:
        """Why a motion is left out, in numbers."""
        known = self.trust(name)
        if known < sure:
            return f"no {what} is found with enough confidence ({known:.2f}, needs {sure:.2f})"
        return f"the {what} is too small in the picture (needs {SMALLEST:.1%} of it)"

    # -- filling ------------------------------------------------------------------------------------------------
    def safe_motions(self, seconds: float) -> list[RegionMotion]:
        """What may start by itself: a blink and breath where a face is sure, clouds where the sky is."""
        motions = []
        if self.has_face:
            start = round(0.3 * seconds, 2)
            if self.has_open_eyes:
                motions.append(
                    RegionMotion(kind="blink", region="face", amount=1.0, start=start, end=start + 0.3)
                )
            breath = RegionMotion(kind="breathe", region="person", amount=0.7, start=0.0, end=seconds)
            fitted, _ = self._body(breath)
            motions += [fitted] if fitted else []
        if self.has_part("sky"):
            motions.append(RegionMotion(kind="clouds", region="sky", amount=0.7, start=0.0, end=seconds))
        return motions

    def camera(self, plan: MotionPlan) -> tuple[CameraMove, str]:
        """One gentle move that suits the scene, and why."""

        def one(move: str, direction: str | None, amount: float) -> CameraMove:
            data = {"move": move, "direction": direction, "amount": amount, "start": 0.0, "end": plan.seconds}
            return CameraMove.model_validate(data)

        style, depth = self.scene.style, self.trust("disparity") >= SURE_DEPTH
        width, height = self.scene.size
        if {"background", "whole"} & set(plan.hold):
            return one("static", None, 0.0), "the background is to stand still"
        if style.kind in ("painting", "drawing") and style.confidence >= SURE_STYLE:
            return one("zoom", "in", 1.1), "a picture drawn on a plane keeps its plane"
        if any(motion.kind == "rotate" for motion in plan.motions) and self.has_subject:
            return one("static", None, 0.0), "the subject turns before a still camera"
        if self._portrait():
            return one("push", "in", 0.12), "a portrait takes a slow push-in"
        if self.has_subject and not self.has_part("person") and not self.has_part("sky"):
            if depth:
                return one("orbit", "right", 4.0), "a product takes a slow look around it"
            return one("push", "in", 0.12), "a product takes a slow push-in"
        if width > 1.2 * height and not depth:
            return one("pan", "right", 2.5), "a wide view of uncertain depth takes a gentle pan"
        why = (
            "it takes a slow push-in toward the subject"
            if self.has_subject
            else "a wide view takes a slow push-in"
        )
        return one("push", "in", 0.1), why

    def _portrait(self) -> bool:
        if not self.has_face:
            return False
        x0, y0, x1, y1 = self.scene.faces[0].box
        width, height = self.scene.size
        return (x1 - x0) * (y1 - y0) >= PORTRAIT * width * height


def _sure(part: str) -> float:
    return {"sky": SURE_SKY, "water": SURE_WATER}.get(part, SURE_PART)


def _on(motion: RegionMotion, region: str) -> RegionMotion:
    """The motion in a region: its own, where that is a part of the picture rather than a guess."""
    keeps = motion.region in ("eyes", "mouth", "face", "skin") and region == "face"
    return motion if keeps else motion.model_copy(update={"region": region})
