"""The grammar reads the open suite: camera right in 95 %, motions in 85 %. The misses are printed."""

from tests.golden.judge import judge, misses, table


def test_the_open_suite_is_read() -> None:
    verdicts = judge("prompts.jsonl")
    print(table("prompts.jsonl", verdicts))
    print(misses(verdicts))
    assert sum(one.camera for one in verdicts) >= 0.95 * len(verdicts)
    assert sum(one.motions for one in verdicts) >= 0.85 * len(verdicts)


def test_what_is_not_empty_is_read_too() -> None:
    """A grammar that reads nothing would get the empty expectations for free."""
    verdicts = judge("prompts.jsonl")
    camera = [one.camera for one in verdicts if one.row["camera"]]
    motions = [one.motions for one in verdicts if one.row["motions"]]
    assert sum(camera) >= 0.95 * len(camera)
    assert sum(motions) >= 0.85 * len(motions)
