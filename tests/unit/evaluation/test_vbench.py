"""VBench's formulas with numbers worked out by hand, what its networks are fed, and what is said where one lacks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from stillreel.evaluation.footage import Footage, gather
from stillreel.evaluation.vbench import MEASURES, NETWORKS, Unavailable, aggregate, measure
from stillreel.evaluation.vbench.networks import Network

RNG = np.random.default_rng(4)
PHOTO = RNG.integers(0, 256, (96, 160, 3), np.uint8)


def film(frames: int = 6, step: int = 3, fps: float = 8.0) -> Footage:
    return gather((np.roll(PHOTO, at * step, 1) for at in range(frames)), fps)


@dataclass(frozen=True)
class Given:
    """A network that is there already."""

    network: Callable[..., Any]

    def get(self) -> Any:
        return self.network


def means(frames: np.ndarray, crop: bool) -> np.ndarray:
    """Colours of the four corners: a tiny embedding that moves with the picture."""
    parts = [frames[:, y : y + 48, x : x + 80].mean((1, 2)) - 128 for y in (0, 48) for x in (0, 80)]
    return np.concatenate(parts, axis=1)


def shift(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.full((*first.shape[:2], 2), (3.0, 4.0), np.float32)


def average(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return ((first.astype(int) + second) // 2).astype(np.uint8)


OWN = {
    "dino": Given(means), "clip": Given(means), "dreamsim": Given(means), "raft": Given(shift), "amt": Given(average),
    "musiq": Given(lambda frames: np.linspace(40, 60, len(frames))),
    "laion": Given(lambda frames: np.full(len(frames), 5.0)),
}  # fmt: skip


# -- the formulas ------------------------------------------------------------------------------------------------
def test_likeness_to_the_photo() -> None:
    turn = [(np.cos(angle), np.sin(angle)) for angle in np.radians([30, 60, 120])]
    to_photo, neighbours = np.cos(np.radians(30)), [np.cos(np.radians(30)), np.cos(np.radians(60))]
    wanted = 0.4 * to_photo + 0.3 * np.mean(neighbours) + 0.3 * min(neighbours)
    assert aggregate.likeness(np.array([5.0, 0.0]), np.array(turn) * 7) == pytest.approx(wanted)


def test_an_exact_first_frame_earns_two_fifths_at_once() -> None:
    frames = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert aggregate.likeness(frames[0], frames) == pytest.approx(0.4)
    assert aggregate.likeness(frames[0], -frames[:1].repeat(3, 0)) == pytest.approx(0.6)  # cosines under 0 count as 0


def test_consistency() -> None:
    frames = np.array([[1.0, 0], [0, 1], [1, 0]])
    # second: 0 to both; third: 0 to the one before, 1 to the first
    assert aggregate.consistency(frames) == pytest.approx((0 + 0.5) / 2)
    assert aggregate.consistency(frames[:1].repeat(4, 0)) == pytest.approx(1.0)
    assert aggregate.consistency(np.array([[1.0, 0], [-1, 0]])) == 0.0


def test_flickering_and_smoothness() -> None:
    assert aggregate.steadiness(np.array([0.0, 51.0])) == pytest.approx(0.9)
    grey = np.full((4, 4, 3), 100, np.uint8)
    assert aggregate.smoothness([grey, grey], [grey, grey + 51]) == pytest.approx(0.9)


def test_the_strongest_motion() -> None:
    flow = np.zeros((10, 10, 2), np.float32)
    flow[0, :5] = (3, 4)
    assert aggregate.strongest(flow) == pytest.approx(5.0)  # five of a hundred
    flow[0, :10] = (3, 4)
    flow[0, 0] = (6, 8)
    assert aggregate.strongest(flow) == pytest.approx((10 + 4 * 5) / 5)


@pytest.mark.parametrize(
    ("lengths", "size", "fps", "moves"),
    [
        ([7] * 4 + [0] * 11, (256, 256), 8, 1),  # 16 frames, four pairs of them move
        ([7] * 3 + [0] * 12, (256, 256), 8, 0),
        ([6] * 15, (256, 256), 8, 0),  # more than six
        ([13] * 15, (1024, 576), 24, 0),  # 13.5 px at 576
        ([14] * 15, (1024, 576), 24, 1),
        ([11] * 15, (256, 256), 4, 0),  # twice as far at half the rate
        ([13] * 15, (256, 256), 4, 1),
        ([0], (256, 256), 8, 1),  # two frames: round(0.5) = 0 pairs are asked for
        ([0, 0], (256, 256), 8, 0),  # three frames: round(0.75) = 1
        ([], (256, 256), 8, 0),
    ],
)
def test_the_dynamic_degree(lengths: list[float], size: tuple[int, int], fps: float, moves: int) -> None:
    assert aggregate.dynamic(lengths, size, fps) == moves


@pytest.mark.parametrize(("fps", "frames"), [(24, 3), (30, 4), (16, 2), (8, 1), (4, 1)])
def test_motion_is_looked_at_eight_times_a_second(fps: float, frames: int) -> None:
    assert aggregate.stride(fps) == frames


def test_the_total() -> None:
    best = {**dict.fromkeys([*aggregate.I2V, *aggregate.QUALITY], 1.0), "motion_smoothness": 0.9975}
    assert aggregate.total(best) == {"i2v": 1.0, "quality": 1.0, "total": 1.0}
    still = aggregate.total({**best, "dynamic_degree": 0.0})
    assert still["quality"] == pytest.approx(5 / 5.5)
    assert aggregate.total({**best, "camera_motion": 0.0})["i2v"] == pytest.approx(2 / 2.1)
    lowest = {name: low for group in (aggregate.I2V, aggregate.QUALITY) for name, (_, low, _) in group.items()}
    assert aggregate.total(lowest)["total"] == 0.0


def test_no_total_of_fewer_measures() -> None:
    with pytest.raises(KeyError):
        aggregate.total({"i2v_subject": 1.0})


# -- one clip ----------------------------------------------------------------------------------------------------
def test_every_measure_of_a_clip() -> None:
    found = measure(film(), PHOTO, OWN)
    assert found.missing == ()
    values = {name: value for name, value in found.values.items() if value is not None}
    assert list(values) == [each.name for each in MEASURES]
    assert values["aesthetic_quality"] == pytest.approx(0.5)
    assert values["imaging_quality"] == pytest.approx(0.5)
    assert values["dynamic_degree"] == 1.0  # 5 px are over 6 * 96 / 256
    assert values["temporal_flickering"] == pytest.approx(1 - float(np.mean(film().changed)) / 255)
    assert all(0 <= value <= 1 for value in values.values())


def test_a_still_clip() -> None:
    values = measure(film(step=0), PHOTO, OWN).values
    for name in ("i2v_subject", "i2v_background", "subject_consistency", "motion_smoothness", "temporal_flickering"):
        assert values[name] == pytest.approx(1.0), name


def test_without_the_photo() -> None:
    found = measure(film(), None, OWN)
    assert [one.name for one in found.missing] == ["i2v_subject", "i2v_background"]
    assert all("--photo" in one.fix for one in found.missing)
    assert found.values["subject_consistency"] is not None


def test_too_short_for_a_middle() -> None:
    (one,) = measure(film(frames=2), PHOTO, OWN).missing
    assert (one.name, one.why) == ("motion_smoothness", "the clip has fewer than three frames")


def test_a_network_that_cannot_be_had_is_tried_once_and_said() -> None:
    tries = []

    def load() -> Any:
        tries.append(1)
        raise OSError("no route\n   to host")

    gone = Network("DINO ViT-B/16", "w", "check the repository", "Go online once.", load)
    found = measure(film(), PHOTO, {**OWN, "dino": gone})
    assert [one.name for one in found.missing] == ["i2v_subject", "subject_consistency"]
    assert found.missing[0].why == "weights of DINO ViT-B/16 could not be had: no route to host"
    assert found.missing[0].fix == "Go online once. Licence: check the repository."
    assert len(tries) == 1
    assert found.as_dict()["missing"][0]["name"] == "i2v_subject"


def test_a_network_that_fails_spares_the_other_measures() -> None:
    def fail(frames: np.ndarray) -> np.ndarray:
        raise MemoryError

    found = measure(film(), PHOTO, {**OWN, "musiq": Given(fail)})
    assert [(one.name, one.why) for one in found.missing] == [("imaging_quality", "the network failed: MemoryError")]
    assert found.values["aesthetic_quality"] == pytest.approx(0.5)


def test_what_does_not_load_is_no_missing_weight() -> None:
    def load() -> Any:
        raise RuntimeError("operator torchvision::nms does not exist")

    with pytest.raises(Unavailable) as caught:
        Network("RAFT", "w", "l", "f", load).get()
    assert caught.value.why == "RAFT does not load: operator torchvision::nms does not exist"


def test_amt_says_that_its_weights_are_not_for_commercial_use() -> None:
    with pytest.raises(Unavailable) as caught:
        NETWORKS["amt"].get()
    assert "CC BY-NC" in caught.value.why
    assert "networks=" in caught.value.fix


def test_every_measure_has_its_network_and_every_network_its_terms() -> None:
    assert {each.network for each in MEASURES if each.network} == set(NETWORKS)
    assert all(network.licence and network.weights for network in NETWORKS.values())


def test_the_import_loads_and_fetches_nothing() -> None:
    code = "import sys, stillreel.evaluation.vbench; print({'torch', 'transformers'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.strip() == "set()"


# -- networks of torch -------------------------------------------------------------------------------------------
@pytest.mark.training
def test_frames_are_prepared_as_vbench_does() -> None:
    torch = pytest.importorskip("torch")
    from stillreel.evaluation.vbench import pixels

    frames = np.full((2, 300, 500, 3), 255, np.uint8)
    cropped, whole = pixels.for_dino(torch, frames, True), pixels.for_dino(torch, frames, False)
    assert tuple(cropped.shape) == (2, 3, 224, 224)
    assert tuple(whole.shape) == (2, 3, 224, 373)
    assert cropped[0, 0, 0, 0].item() == pytest.approx((1 - 0.485) / 0.229, abs=1e-4)
    assert tuple(pixels.for_clip(torch, frames, True).shape) == (2, 3, 224, 224)
    squeezed = pixels.for_dreamsim(torch, frames, True)
    assert tuple(squeezed.shape) == (2, 3, 224, 224)
    assert squeezed.max().item() == 1.0


@pytest.mark.training
def test_a_tiny_network_with_random_weights_embeds_in_batches() -> None:
    torch = pytest.importorskip("torch")
    from stillreel.evaluation.vbench import networks, pixels

    torch.manual_seed(0)
    nn = torch.nn
    tiny = nn.Sequential(nn.Conv2d(3, 8, 32, 32), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    embed = networks.embedder(torch, tiny, tiny, pixels.for_clip)
    frames = film(frames=networks.BATCH + 3).frames
    vectors = embed(frames, True)
    assert vectors.shape == (len(frames), 8)
    np.testing.assert_allclose(vectors[-1], embed(frames[-1:], True)[0], rtol=1e-4, atol=1e-5)
    assert 0 < aggregate.consistency(vectors) <= 1


@pytest.mark.training
def test_flow_is_padded_and_cut_back() -> None:
    torch = pytest.importorskip("torch")
    from stillreel.evaluation.vbench import networks

    class Difference(torch.nn.Module):
        """Its flow is the change of red and of green, so the cut is seen in the numbers."""

        def forward(self, first: Any, second: Any, num_flow_updates: int) -> list[Any]:
            assert first.shape[-1] % 8 == first.shape[-2] % 8 == 0
            assert min(first.shape[-2:]) >= networks.RAFT_LEAST
            return [(second - first)[:, :2]] * num_flow_updates

    first, second = film(frames=2).frames[:, :93, :157]
    flow = networks.flow_of(torch, Difference())(first, second)
    wanted = (second[..., :2].astype(float) - first[..., :2]) * 2 / 255
    np.testing.assert_allclose(flow, wanted, atol=1e-5)
