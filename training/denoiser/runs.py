"""Where the denoiser's runs lie, and the settings that they share."""

from __future__ import annotations

from training.denoiser.cache import CACHE
from training.run import Settings

RUNS = CACHE.parent / "runs"
SETTINGS = Settings(cache=RUNS, decay=0.01, hold=0.0, clip=1.0)
