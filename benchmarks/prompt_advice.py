"""How well the advice on prompts tells good from bad: precision, recall, the kinds it confuses, false alarms, time.

python benchmarks/prompt_advice.py                  # the held-out prompts, each miss listed
python benchmarks/prompt_advice.py --totals         # the same without showing a prompt
python benchmarks/prompt_advice.py --suite development
python benchmarks/prompt_advice.py --natural        # on the natural suites of tests/golden, totals only
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from stillreel.motion.advice import PromptAdvice, advise_prompt

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden"
NATURAL = ("prompts_blind_d", "prompts_blind_e", "prompts_blind_f")
CODES = {
    "vague": ("vague",), "quality": ("quality_words",), "photo": ("describes_photo",), "dialogue": ("dialogue",),
    "action": ("action",), "transform": ("transformation",), "new_object": ("new_object",), "scenes": ("scenes",),
    "too_many": ("too_many",), "contradiction": ("contradiction",), "negative": ("only_negative",),
    "language": ("language",), "too_long": ("too_long",), "good": (),
}  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def codes(advice: PromptAdvice) -> list[str]:
    return sorted({remark.code.removeprefix("prompt.") for remark in advice.flags})


def judge(name: str, totals: bool) -> None:
    """Precision and recall of "something is wrong", and whether the named kind is right."""
    suite = rows(GOLDEN / "advice" / f"{name}.jsonl")
    found = [(row, codes(advise_prompt(row["prompt"]))) for row in suite]
    hit = sum(row["kind"] != "good" and bool(said) for row, said in found)
    false = sum(row["kind"] == "good" and bool(said) for row, said in found)
    bad = sum(row["kind"] != "good" for row in suite)
    named = sum(bool(set(said) & set(CODES[row["kind"]])) for row, said in found)
    print(f"{name}: {len(suite)} prompts, {bad} with a problem")
    print(
        f"precision {hit / max(1, hit + false):.3f}  recall {hit / max(1, bad):.3f}  kind right {named / bad:.3f}"
    )
    table: dict[str, Counter[str]] = {}
    for row, said in found:
        table.setdefault(row["kind"], Counter())[", ".join(said) or "-"] += 1
    for kind, counts in sorted(table.items()):
        print(f"  {kind:<14}" + "; ".join(f"{count} {said}" for said, count in counts.most_common()))
    for row, said in found:
        right = bool(said) == (row["kind"] != "good") and (
            row["kind"] == "good" or set(said) & set(CODES[row["kind"]])
        )
        if not totals and not right:
            print(f"  miss: {row['kind']} -> {', '.join(said) or '-'}: {row['prompt'][:150]!r}")


def natural() -> None:
    """Prompts that other people wrote to test the grammar; their labels know the impossible and the vague only."""
    counts: Counter[tuple[str, bool]] = Counter()
    alarms: Counter[str] = Counter()
    for name in NATURAL:
        for row in rows(GOLDEN / f"{name}.jsonl"):
            kind = "impossible" if row.get("impossible") else "vague" if row.get("vague") else "fine"
            said = codes(advise_prompt(row["prompt"]))
            counts[kind, bool(said)] += 1
            alarms.update(said if kind == "fine" else [])
    for kind in ("impossible", "vague", "fine"):
        flagged, all_ = counts[kind, True], counts[kind, True] + counts[kind, False]
        print(f"  {kind:<11} {flagged} of {all_} flagged ({flagged / all_:.1%})")
    print("  flags on the fine ones:", dict(alarms))


def timing(name: str) -> None:
    texts = [row["prompt"] for row in rows(GOLDEN / "advice" / f"{name}.jsonl")]
    advise_prompt(texts[0])
    spent = []
    for text in texts:
        start = time.process_time()
        advise_prompt(text)
        spent.append(1000 * (time.process_time() - start))
    print(f"CPU time a prompt: median {statistics.median(spent):.1f} ms, longest {max(spent):.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    suites = ("held_out", "development", "development_b", "development_c")
    parser.add_argument("--suite", default="held_out", choices=suites)
    parser.add_argument("--totals", action="store_true")
    parser.add_argument("--natural", action="store_true")
    asked = parser.parse_args()
    if asked.natural:
        natural()
        return
    judge(asked.suite, asked.totals)
    timing(asked.suite)


if __name__ == "__main__":
    sys.exit(main())
