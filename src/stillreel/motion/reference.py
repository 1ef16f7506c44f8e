"""The reference page of the prompt language, made from the vocabulary.

`make docs` writes it; a test compares them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from stillreel.motion.assemble import NATURAL
from stillreel.motion.grammar import LONGEST_PROMPT
from stillreel.motion.plan import DIRECTIONS, UNITS
from stillreel.motion.vocabulary import phrases_of, vocabulary_data

__all__ = ["prompts_page"]

_MEANING = {
    "static": "the camera stands still; alone in the list",
    "pan": "turns on the spot; left: the picture's content moves right",
    "tilt": "turns up or down on the spot",
    "roll": "turns about the line of sight; clockwise: the picture turns counterclockwise",
    "zoom": "changes the focal length; needs no depth",
    "push": "travels toward the scene; out is a pull",
    "truck": "travels sideways",
    "pedestal": "travels up or down",
    "orbit": "travels around the subject and keeps looking at it",
    "dolly_zoom": "travels in while zooming out, or the reverse (direction: the travel)",
    "handheld": "the small unrest of a hand; amount is its strength, 0-1",
}


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def prompts_page() -> str:
    """The text of docs/reference/prompts.md."""
    data = vocabulary_data()
    return "\n".join(
        [
            "# What a prompt may say\n",
            "Plain English, at most "
            + f"{LONGEST_PROMPT:,} characters. The grammar reads clauses, not whole prompts:",
            "each verb takes the meaning that goes with who does it (the camera moves left: a truck; her hair moves",
            "left: hair; she moves: a sway). `plan.words` lists what was understood, what was not, and what cannot be",
            "done; nothing is guessed in silence.\n",
            "| To say | Write |\n| --- | --- |",
            "| order | `push in, then pan left`; `first ...`, `finally ...`, `at the end`, `before`, `after` |",
            "| at the same time | `while`, `as`, `and`, a comma |",
            "| times | `for two seconds`, `at 3s`, `in the last second`, `0-2s: push in`, `halfway` |",
            "| amounts | `10 degrees`, `20%`, `1.3x`, `slow`, `slightly`, `dramatic` |",
            "| stillness | `static camera`, `keep the background still`, `nothing else moves`, `only the hair moves` |",
            "| what not to do | `no camera movement`, `don't zoom`, `without panning`, `no blinking` |",
            "| wind | `wind from the left` moves hair, cloth and foliage to the right |",
            "| headings | `Camera: slow pan left. Subject: she blinks. Audio: waves. Negative: blur.` |\n",
            "Plurals, -ing, -ed, -ly and a small slip of the keyboard in a longer word are understood. A verb belongs",
            "to the noun it stands behind (`the tide pulls back` is water), a word of movement may be a thing by its",
            "neighbours (`a pan full of rice`, `rolling hills`, `a fire truck`), what stands behind `like a` is only",
            "compared to, `a sea of clouds` is clouds, and what is under a heading of sound, style or words to avoid",
            "moves nothing. A whip pan or a crash zoom becomes a quick, modest move, and a note says so.\n",
            "## The camera\n",
            "Directions are the camera's own. The scene may allow less than the natural amount; a limit that was",
            "applied is reported.\n",
            _table(("move", "directions", "natural amount", "what the camera does"), _moves()),
            "\n### Families of words\n",
            "What a family makes of the directions it hears; `default` where it hears none.\n",
            _table(("family", "default", "directions"), _families(data)),
            "\n## Verbs and who does them\n",
            _table(("words", "who and what"), _verbs(data)),
            "\n## Things that move\n",
            _table(
                ("kind", "words"),
                [(kind, _both(thing)) for kind, thing in data["things"].items()],
            ),
            "\n## Light\n",
            "A change needs a verb (`turns to evening`); the time of day alone is mood. `plan.motions` says it as",
            "one `light` a direction: warmer, cooler, brighter and darker are reached at the end and stay.\n",
            _table(("what the light does", "words"), _light(data["light"])),
            "\n## Directions\n",
            _table(("direction", "words"), [(name, text) for name, text in data["directions"].items()]),
            "\n## Amounts\n",
            _table(("factor", "words"), [(f"{one['factor']:g}", one["phrases"]) for one in data["amounts"]]),
            "\n## Mood and depth of field\n",
            "Kept as written, for models that read text: " + data["mood"]["phrases"] + ".\n",
            "## Headings\n",
            _table(("under it", "words"), [(_UNDER[name], text) for name, text in _labels(data)]),
            "\n## What the embedded model cannot do\n",
            "Reported with the names of models that can: " + _impossible(data) + ".\n",
        ]
    )


_UNDER = {
    "camera": "the camera's moves; none, off, still: no camera motion",
    "motion": "motions of the picture",
    "silent": "nothing is read",
    "denied": "nothing is read",
    "look": "mood only",
    "light": "light and mood",
    "scene": "motions; a word of movement is not the camera's",
}


def _labels(data: dict[str, Any]) -> list[tuple[str, str]]:
    labels: dict[str, str] = data["labels"]
    return [(name, ", ".join(phrases_of(labels[name]))) for name in labels if name in _UNDER]


def _both(thing: dict[str, str]) -> str:
    return ", ".join(dict.fromkeys([*phrases_of(thing.get("moving", "")), *phrases_of(thing["phrases"])]))


def _moves() -> list[tuple[str, ...]]:
    return [
        (
            f"`{move}`",
            ", ".join(sides),
            f"{NATURAL[move]:g} {UNITS[move]}" if NATURAL[move] else "",
            _MEANING[move],
        )
        for move, sides in DIRECTIONS.items()
    ]


def _families(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    rows = []
    for name, family in data["families"].items():
        heard = ", ".join(f"{key}: {value}" for key, value in family.items() if key != "default")
        rows.append((name, family["default"] or "nothing", heard or "none"))
    return rows


def _verbs(data: dict[str, Any]) -> list[tuple[str, str]]:
    rows = []
    for verb in data["verbs"]:
        if verb.get("any") == "impossible":
            continue
        senses = [
            "a thing: its own kind" if (who, what) == ("thing", True) else f"{who}: {what}"
            for who, what in verb.items()
            if who not in ("phrases", "before", "describes", "weak")
        ]
        rows.append((verb["phrases"], "; ".join(senses)))
    return rows


def _light(light: dict[str, Any]) -> list[tuple[str, str]]:
    kinds = (("goals", "becomes ..."), ("deeds", "..."), ("verbs", "light that ..."))
    return [
        (
            ", ".join(f"{word} {amount:g}" for word, amount in one["becomes"].items()),
            how.replace("...", one["phrases"]),
        )
        for name, how in kinds
        for one in light[name]
    ]


def _impossible(data: dict[str, Any]) -> str:
    return next(verb["phrases"] for verb in data["verbs"] if verb.get("any") == "impossible")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(prompts_page(), encoding="utf-8")
