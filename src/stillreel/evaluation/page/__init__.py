"""The page of an evaluation, and the small charts and pictures that other reports share."""

from stillreel.evaluation.page.report import write_report
from stillreel.evaluation.page.write import write

__all__ = ["write", "write_report"]
