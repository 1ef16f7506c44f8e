"""What all trainings share: settings, a budget, a schedule, averaged weights, a loss curve, and a stop at any time.

A run that is stopped and resumed takes the same steps as one that is not, number for number: what is random in a step
comes from its number alone. With a budget of `--steps` the whole run repeats; a budget of `--minutes` ends where the
time does, and counts the processor's minutes on a CPU, so that a busy machine changes nothing.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Sampler

from training import checkpoint

__all__ = ["Loss", "Run", "Settings", "Sides", "Source", "asked", "like"]

Loss = tuple[Tensor, dict[str, float]]
"""What is minimised, and figures to print."""
Sides = tuple[tuple[float, int], ...]
"""(share of the budget until which, side of the pictures): small ones first, where a step is cheap."""

WARM_UP = 100  # steps
REFRESH = 200  # steps after which a source looks for new files
KEEP = 0.98  # of the averaged weights, every fourth step
JUDGED = 8  # batches that the held-out loss is the mean of
FIRST_JUDGED = 1 << 40  # their numbers, where no step ever comes


class Source(Protocol):
    """Training pictures that may still be growing on disk."""

    def refresh(self) -> None: ...

    def draw(self, count: int, side: int, rng: np.random.Generator) -> Any: ...


@dataclass(frozen=True)
class Settings:
    """What a run is asked for; every field is an option of the script."""

    cache: Path = Path()
    minutes: float = 30.0  # of training over all resumed runs
    steps: int = 0  # instead of minutes, where not 0
    batch: int = 8
    rate: float = 7e-4
    decay: float = 0.02
    hold: float = 0.5  # share of the budget before the rate begins to fall to zero
    clip: float = 2.0  # largest norm of a step's gradient
    seed: int = 0
    threads: int = 1
    workers: int = 0  # processes that draw pictures ahead
    device: str = "cpu"  # "cuda" trains in bf16
    save_every: float = 120.0  # seconds
    resume: bool = False


Asked = TypeVar("Asked", bound=Settings)


def asked(what: str | None, default: Asked) -> Asked:
    """`default`, changed by the command line; torch and OpenCV are set to it."""
    parser = argparse.ArgumentParser(description=(what or "").strip().splitlines()[0])
    for field in fields(default):
        value, name = getattr(default, field.name), "--" + field.name.replace("_", "-")
        if isinstance(value, bool):
            parser.add_argument(name, action="store_true")
        else:
            parser.add_argument(name, type=type(value), default=value, required=value == Path())
    settings = replace(default, **vars(parser.parse_args()))
    torch.set_num_threads(settings.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(settings.seed)
    return settings


def like(array: np.ndarray, tensor: Tensor) -> Tensor:
    """`array` beside `tensor`."""
    return torch.from_numpy(array).to(tensor.device)


class Run:
    """AdamW with a rate that warms up, holds, and falls to zero; exponentially averaged weights are what counts."""

    def __init__(self, net: nn.Module, name: str, settings: Settings) -> None:
        self.net, self.settings, self.folder = net.to(settings.device), settings, settings.cache / f"{name}.run"
        self.average = deepcopy(net).eval().requires_grad_(False)
        learning = [p for p in net.parameters() if p.requires_grad]
        groups = [{"params": [p for p in learning if p.ndim > 1], "weight_decay": settings.decay},
                  {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0}]  # fmt: skip
        self.optimizer = torch.optim.AdamW(groups, lr=settings.rate, fused=True)
        self.step, self.spent = 0, 0.0
        self.curve: list[tuple[int, float, float | None]] = []
        if settings.resume and self.folder.exists():
            self._resume()

    @property
    def progress(self) -> float:
        """0..1 of the budget."""
        if self.settings.steps:
            return min(1.0, self.step / self.settings.steps)
        return min(1.0, self.spent / (60.0 * self.settings.minutes))

    def learn(
        self, data: Source, loss_of: Callable[[Any, Any], Loss], sides: Sides, held: Source | None = None
    ) -> None:
        """Train on batches of `data`, `loss_of(net(batch.rgb), batch)`; `held` is only looked at."""
        drawn = iter(DataLoader(_Drawn(data, self.settings), sampler=_Ahead(self, sides), batch_size=None,
                                num_workers=self.settings.workers))  # fmt: skip
        last = sides[-1][1]

        def judge() -> float | None:
            if held is None:
                return None
            batches = (held.draw(self.settings.batch, last, _chance(self.settings, FIRST_JUDGED + i))
                       for i in range(JUDGED))  # fmt: skip
            with torch.no_grad():
                return float(np.mean([float(loss_of(self._seen(self.average, one), one)[0]) for one in batches]))

        self.train(lambda step: loss_of(self._seen(self.net, one := next(drawn)), one), judge)

    def train(
        self, loss_of: Callable[[int], Loss | Tensor], judge: Callable[[], float | None] = lambda: None
    ) -> None:
        """Repeat `loss_of(number of the step)` and step until the budget is spent, with checkpoints on the way."""
        if not self.curve:
            self._note([], judge())
        saved, notes = self.spent, []
        self.net.train()
        while self.progress < 1.0:
            begun = self._clock()
            notes.append(self._advance(loss_of))
            self.spent += self._clock() - begun
            if self.spent - saved > self.settings.save_every or self.progress >= 1.0:
                self._note(notes, judge())
                saved, notes = self.spent, []
                self.save()

    def save(self) -> None:
        """Write the checkpoint, and the loss curve as a picture in it."""
        state = self.optimizer.state_dict()
        tensors = {f"net/{name}": value for name, value in self.net.state_dict().items()}
        tensors |= {f"average/{name}": value for name, value in self.average.state_dict().items()}
        tensors |= {f"optimizer/{number}/{name}": value
                    for number, moments in state["state"].items() for name, value in moments.items()}  # fmt: skip
        values = {"step": self.step, "spent": self.spent, "curve": self.curve}
        checkpoint.save(self.folder, values, tensors)
        draw(self.curve, self.folder / "loss.png")

    def _resume(self) -> None:
        values, tensors = checkpoint.load(self.folder)
        named: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            kind, _, rest = name.partition("/")
            named.setdefault(kind, {})[rest] = value
        self.net.load_state_dict(named["net"])
        self.average.load_state_dict(named["average"])
        state = self.optimizer.state_dict()
        for name, value in named["optimizer"].items():
            number, _, moment = name.partition("/")
            state["state"].setdefault(int(number), {})[moment] = value
        self.optimizer.load_state_dict(state)
        self.step, self.spent = values["step"], values["spent"]
        self.curve = [tuple(point) for point in values["curve"]]

    def _advance(self, loss_of: Callable[[int], Loss | Tensor]) -> dict[str, float]:
        falling = max(0.0, (self.progress - self.settings.hold) / max(1e-9, 1 - self.settings.hold))
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.rate * min(1.0, (self.step + 1) / WARM_UP) * (
                0.5 + 0.5 * math.cos(math.pi * falling))  # fmt: skip
        torch.manual_seed((self.settings.seed << 32) + self.step)
        with torch.autocast("cuda", torch.bfloat16) if self.settings.device == "cuda" else nullcontext():
            found = loss_of(self.step)
        loss, notes = (found, {}) if isinstance(found, Tensor) else found
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), self.settings.clip)
        self.optimizer.step()
        self.step += 1
        if self.step % 4 == 0:
            self._blend(min(KEEP, (self.step + 1) / (self.step + 40)))
        return {"loss": float(loss.detach()), **notes}

    @torch.no_grad()
    def _blend(self, keep: float) -> None:
        for mine, theirs in zip(self.average.state_dict().values(), self.net.state_dict().values(), strict=True):
            if mine.is_floating_point():
                mine.lerp_(theirs, 1.0 - keep)
            else:
                mine.copy_(theirs)

    def _seen(self, net: nn.Module, batch: Any) -> Any:
        rgb = torch.from_numpy(batch.rgb).to(self.settings.device, memory_format=torch.channels_last)
        return net(rgb)

    def _note(self, notes: list[dict[str, float]], held: float | None) -> None:
        mean = {key: float(np.mean([note[key] for note in notes])) for key in (notes[0] if notes else {})}
        self.curve.append((self.step, mean.get("loss", math.nan), held))
        told = "  ".join(f"{key} {value:.4f}" for key, value in mean.items())
        told += "" if held is None else f"  held {held:.4f}"
        print(f"{self.spent / 60:6.1f} min  step {self.step:6d}  {told}", flush=True)

    def _clock(self) -> float:
        on_card = self.settings.device == "cuda" or self.settings.workers > 0
        return time.monotonic() if on_card else time.process_time() / torch.get_num_threads()


def draw(curve: list[tuple[int, float, float | None]], file: Path) -> None:
    """The loss over the steps, and the held-out one where there is one, as a PNG."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    steps = [point[0] for point in curve]
    figure = plt.figure(figsize=(6, 3.5))
    plt.plot(steps, [point[1] for point in curve], label="training")
    if any(point[2] is not None for point in curve):
        plt.plot(steps, [math.nan if point[2] is None else point[2] for point in curve], label="held out")
    plt.xlabel("step")
    plt.ylabel("loss")
    plt.legend()
    plt.tight_layout()
    plt.savefig(file)
    plt.close(figure)


def _chance(settings: Settings, step: int) -> np.random.Generator:
    return np.random.default_rng((settings.seed, step))


class _Drawn(Dataset):
    """The batch of a step, by its number and the side of its pictures."""

    def __init__(self, data: Source, settings: Settings) -> None:
        self.data, self.settings, self.count = data, settings, 0

    def __getitem__(self, wanted: tuple[int, int]) -> Any:
        step, side = wanted
        self.count += 1
        if self.count % REFRESH == 0:
            self.data.refresh()
        return self.data.draw(self.settings.batch, side, _chance(self.settings, step))


class _Ahead(Sampler):
    """(number, side of the pictures) of the steps to come."""

    def __init__(self, run: Run, sides: Sides) -> None:
        self.run, self.sides = run, sides

    def __iter__(self) -> Iterator[tuple[int, int]]:
        step = self.run.step
        while True:
            yield step, next(side for until, side in self.sides if self.run.progress < until)
            step += 1
