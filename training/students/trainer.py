"""What all trainings share: options, a clock, a schedule, averaged weights and a checkpoint to resume from."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from torch import Tensor, nn

Loss = tuple[Tensor, dict[str, float]]
Sides = tuple[tuple[float, int], ...]
"""(share of the time until which, side of the pictures): small ones first, where a step is cheap."""


class Source(Protocol):
    """Training pictures that may still be growing on disk."""

    def refresh(self) -> None: ...

    def draw(self, count: int, side: int, rng: np.random.Generator) -> Any: ...


def begin(what: str | None, minutes: float, batch: int = 8) -> argparse.Namespace:
    """The options of the command line; torch and OpenCV are set to them, and the seed to 0."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(0)
    return options


class Trainer:
    """AdamW whose rate holds, then falls to zero when `minutes` of training (over all resumed runs) are spent.

    Minutes are the processor's, a thread: on a busy machine they last longer, and the schedule stays the same.
    """

    def __init__(self, net: nn.Module, checkpoint: Path, minutes: float, rate: float, resume: bool) -> None:
        self.net, self.checkpoint, self.seconds, self.rate = net, checkpoint, 60.0 * minutes, rate
        self.average = deepcopy(net).eval().requires_grad_(False)
        decays = [p for p in net.parameters() if p.ndim > 1]
        plain = [p for p in net.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW([{"params": decays, "weight_decay": 0.02},
                                            {"params": plain, "weight_decay": 0.0}], lr=rate, fused=True)  # fmt: skip
        self.step, self.spent = 0, 0.0
        if resume and checkpoint.exists():
            self._resume()

    @property
    def progress(self) -> float:
        return min(self.spent / self.seconds, 1.0)

    def learn(self, data: Source, loss_of: Callable[[Tensor, Any], Loss], batch: int, sides: Sides) -> None:
        """Train on batches of `data`, `loss_of(logits, batch)`; new files are looked for every 200 steps."""
        rng = np.random.default_rng(self.step)

        def advance(progress: float) -> Loss:
            if self.step % 200 == 0:
                data.refresh()
            side = next(side for until, side in sides if progress < until)
            drawn = data.draw(batch, side, rng)
            return loss_of(self.net(torch.from_numpy(drawn.rgb).to(memory_format=torch.channels_last)), drawn)

        self.run(advance)

    def run(self, loss_of: Callable[[float], Loss], save_every: float = 120.0) -> None:
        """Repeat `loss_of(progress)` and step until the time is spent; checkpoints on the way and at the end."""
        saved, sums, count = self.spent, {}, 0
        self.net.train()
        while self.progress < 1.0:
            begun = time.process_time()
            notes = self._advance(loss_of)
            self.spent += (time.process_time() - begun) / torch.get_num_threads()
            count += 1
            sums = {key: sums.get(key, 0.0) + value for key, value in notes.items()}
            if self.spent - saved > save_every or self.progress >= 1.0:
                text = "  ".join(f"{key} {value / count:.4f}" for key, value in sums.items())
                print(f"{self.spent / 60:6.1f} min  step {self.step:6d}  {text}", flush=True)
                saved, sums, count = self.spent, {}, 0
                self.save()

    def _advance(self, loss_of: Callable[[float], Loss]) -> dict[str, float]:
        falling = max(0.0, (self.progress - 0.5) / 0.5)
        rate = self.rate * min(1.0, (self.step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * falling))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss, notes = loss_of(self.progress)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimizer.step()
        self.step += 1
        if self.step % 4 == 0:
            self._blend(min(0.98, (self.step + 1) / (self.step + 40)))
        return notes

    @torch.no_grad()
    def _blend(self, keep: float) -> None:
        for mine, theirs in zip(self.average.state_dict().values(), self.net.state_dict().values()):
            if mine.is_floating_point():
                mine.lerp_(theirs, 1.0 - keep)
            else:
                mine.copy_(theirs)

    def save(self) -> None:
        state = {"net": self.net.state_dict(), "average": self.average.state_dict(), "step": self.step,
                 "optimizer": self.optimizer.state_dict(), "spent": self.spent}  # fmt: skip
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, self.checkpoint.with_suffix(".new"))
        self.checkpoint.with_suffix(".new").replace(self.checkpoint)

    def _resume(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        for group in self.optimizer.param_groups:
            group["fused"] = True
        self.step, self.spent = state["step"], state["spent"]
