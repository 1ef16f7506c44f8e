"""The page of the prompt language is the vocabulary's."""

from pathlib import Path

from stillreel.motion.reference import prompts_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "prompts.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == prompts_page(), "python -m stillreel.motion.reference PAGE"
