"""Suites: what a model makes of clips, prompts and photos that it never saw, beside baselines, as one report.

`run(name, model, folder, out, against=None, limit=None, seed=0, listen=ignore) -> Report` with the name `held-out`,
`prompts` or `photos`.
"""

from stillreel.suites.run import SUITES, run
from stillreel.suites.tables import means
from stillreel.suites.values import Item, Report, Row

__all__ = ["SUITES", "Item", "Report", "Row", "means", "run"]
