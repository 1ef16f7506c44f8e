"""The network of surroundings and things: what it begins from, and what it then leaves alone."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")

from training import checkpoint  # noqa: E402
from training.students.networks import PartsNet  # noqa: E402
from training.students.stuff_data import CLASSES, THINGS  # noqa: E402
from training.students.stuff_network import StuffNet  # noqa: E402

OLD = len(CLASSES) - len(THINGS)


def kept(net, folder):
    """A run's folder whose averaged weights are those of `net`, but its things."""
    weights = {name: value for name, value in net.state_dict().items() if not name.startswith("things")}
    checkpoint.save(folder, {}, {f"average/{name}": value for name, value in weights.items()})
    return folder


def test_every_class_has_a_map_of_the_pictures_size():
    assert StuffNet()(torch.rand(2, 3, 96, 96)).shape == (2, len(CLASSES), 96, 96)


def test_after_its_own_run_only_things_are_learned_and_the_surroundings_stay_as_they_were(tmp_path):
    torch.manual_seed(0)
    before, net = StuffNet(), StuffNet()
    net.begin_from(kept(before, tmp_path / "stuff.run"))
    rgb = torch.rand(2, 3, 96, 96)
    with torch.no_grad():
        wanted = before.eval()(rgb)[:, :OLD]
    optimizer = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
    net.train()
    first = net(rgb)[:, OLD:].detach()
    for _ in range(3):
        optimizer.zero_grad()
        net(rgb).square().mean().backward()
        optimizer.step()
    with torch.no_grad():
        net.eval()
        assert torch.equal(net(rgb)[:, :OLD], wanted)
        assert not torch.allclose(net(rgb)[:, OLD:], first, atol=1e-3)


def test_after_the_parts_network_everything_is_learned(tmp_path):
    parts, net = PartsNet(), StuffNet()
    net.begin_from(kept(parts, tmp_path / "parts.run"))
    assert all(p.requires_grad for p in net.parameters())
    assert torch.equal(net.stem[0].weight, parts.stem[0].weight)
    assert net.head.weight.shape[0] == OLD
