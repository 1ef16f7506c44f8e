"""What the trainers share: a budget of processor time, averaged weights, checkpoints, and a picture of the loss."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from training.denoiser.cache import CACHE

RUNS = CACHE.parent / "runs"
AVERAGE = 0.998
WARM_UP = 50
SAVE_EVERY = 120.0


class Run:
    """One resumable training run. Learning rate: warm-up, then cosine to 5% over the whole budget.

    Minutes are the process's own: on a busy machine a clock on the wall would end the schedule before the learning.
    """

    def __init__(
        self, name: str, network: nn.Module, optimisers: list[Optimizer], minutes: float, *, resume: bool,
        total: float | None = None,
    ) -> None:  # fmt: skip
        self.file = RUNS / f"{name}.pt"
        self.network, self.optimisers = network, optimisers
        self.rates = [[group["lr"] for group in optimiser.param_groups] for optimiser in optimisers]
        self.budget, self.total = minutes * 60, (total or minutes) * 60
        self.average = copy.deepcopy(network).requires_grad_(False)
        self.step, self.spent = 0, 0.0
        self.losses: list[float] = []
        RUNS.mkdir(parents=True, exist_ok=True)
        if resume and self.file.exists():
            self.load()

    def load(self) -> None:
        state = torch.load(self.file, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.step, self.spent, self.losses = state["step"], state["spent"], state["losses"]

    def save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "step": self.step,
            "spent": self.spent,
            "losses": self.losses,
        }
        torch.save(state, self.file.with_suffix(".new"))
        self.file.with_suffix(".new").replace(self.file)
        self.draw()

    def draw(self) -> None:
        """Write the loss curve beside the checkpoint."""
        import matplotlib as mpl

        mpl.use("Agg")
        from matplotlib import pyplot as plt

        width = max(1, len(self.losses) // 200)
        means = [
            sum(self.losses[i : i + width]) / width for i in range(0, len(self.losses) - width + 1, width)
        ]
        figure = plt.figure(figsize=(6, 3.5))
        plt.semilogy([i * width for i in range(len(means))], means)
        plt.xlabel("step")
        plt.ylabel("loss")
        plt.tight_layout()
        plt.savefig(self.file.with_suffix(".png"))
        plt.close(figure)

    def set_rates(self) -> None:
        share = min(1.0, self.spent / self.total)
        factor = min(1.0, (self.step + 1) / WARM_UP) * (0.05 + 0.95 * (0.5 + 0.5 * math.cos(math.pi * share)))
        for optimiser, rates in zip(self.optimisers, self.rates, strict=True):
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * factor

    def released(self) -> nn.Module:
        """The averaged weights, to be used and shipped."""
        return self.average.eval()

    @torch.no_grad()
    def average_in(self) -> None:
        keep = min(AVERAGE, (1 + self.step) / (10 + self.step))
        pairs = zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True)
        for mean, now in pairs:
            if mean.dtype.is_floating_point:
                mean.lerp_(now, 1 - keep)

    def train(self, loss_of_batch: Callable[[int], Tensor]) -> None:
        """Take steps until this call's minutes are over; loss_of_batch gets the step's number."""
        start, before = time.process_time(), self.spent
        said = saved = time.monotonic()
        while self.spent - before < self.budget:
            self.set_rates()
            loss = loss_of_batch(self.step)
            self.network.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            for optimiser in self.optimisers:
                optimiser.step()
            self.step += 1
            self.average_in()
            self.losses.append(float(loss.detach()))
            now = time.monotonic()
            self.spent = before + time.process_time() - start
            if now - said > 30:
                recent = self.losses[-100:]
                print(
                    f"{self.spent / 60:5.1f} min  step {self.step}  loss {sum(recent) / len(recent):.4f}",
                    flush=True,
                )
                said = now
            if now - saved > SAVE_EVERY:
                self.save()
                saved = time.monotonic()
        self.save()
