"""Pulling a network from a real server of this machine: what comes, what is kept, what is refused."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stillreel.errors import Interrupted, ModelError, ResourceError, StillreelError, UsageError
from stillreel.events import Event, StageDone, StepDone
from stillreel.models.embedded.model import EmbeddedOptions
from stillreel.models.pulled import NETWORKS, Network, find, is_kept, open_network, place, pull, remove
from stillreel.models.pulled.fetch import Limits
from stillreel.models.pulled.gate import Gate
from stillreel.models.pulled.store import part_of
from tests.fakes.file_server import FileServer, serving, trusted
from tests.fakes.networks import tiny_depth

DATA = tiny_depth() + b"\x32\x80\x80\x10" + b"d" * 2**18  # a doc_string of 256 KiB makes it long enough to break off
HALF = len(DATA) // 2


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setenv("STILLREEL_CONFIG", str(tmp_path / "config"))
    with serving(DATA) as running:
        yield running


def network(server: FileServer, data: bytes = DATA, **more: Any) -> Network:
    facts: dict[str, Any] = {
        "name": "tiny", "url": f"{server.url}/model.onnx", "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    return replace(NETWORKS[0], **(facts | more))


def refused(wanted: Network, code: str, **more: Any) -> StillreelError:
    given: dict[str, Any] = {"loopback": True} | more
    with pytest.raises(StillreelError) as raised:
        pull(wanted, **given)
    assert raised.value.code == code
    assert raised.value.hint
    assert not place(wanted).exists()
    return raised.value


def begun(wanted: Network, data: bytes) -> None:
    part_of(wanted).parent.mkdir(parents=True, exist_ok=True)
    part_of(wanted).write_bytes(data)


# -- what is catalogued ------------------------------------------------------------------------------------------
def test_every_network_is_pinned_and_may_be_used_by_anyone() -> None:
    for one in NETWORKS:
        assert find(one.name) is one
        Gate().url(one.url)
        assert "/resolve/main/" not in one.url
        assert len(one.sha256) == 64
        assert one.licence == "Apache-2.0"
    choices = EmbeddedOptions.model_json_schema()["properties"]["depth"]["enum"]
    assert choices == ["ours", *(one.name for one in NETWORKS if one.task == "depth")]
    with pytest.raises(UsageError) as unknown:
        find("depth-anything-v2-large")
    assert unknown.value.code == "model.pull_unknown"
    assert "depth-anything-v2-small" in unknown.value.hint


# -- what comes well ---------------------------------------------------------------------------------------------
def test_a_pulled_network_is_checked_kept_and_runs(server: FileServer) -> None:
    wanted, heard = network(server), list[Event]()
    with pytest.raises(ModelError) as before:
        open_network(wanted)
    assert (before.value.code, before.value.exit_status) == ("model.not_pulled", 5)
    assert before.value.hint == "Run: stillreel models pull tiny"
    path = pull(wanted, heard.append, loopback=True)
    assert path.read_bytes() == DATA
    assert path.parent == Path(os.environ["STILLREEL_CONFIG"]) / "networks"
    assert list(path.parent.iterdir()) == [path]
    steps = [event.step for event in heard if isinstance(event, StepDone)]
    assert steps == sorted(steps)
    assert steps[-1] == len(DATA)
    assert isinstance(heard[-1], StageDone)
    assert open_network(wanted).get_inputs()[0].name == "pixel_values"
    assert pull(wanted, loopback=True) == path
    assert len(server.asked) == 1  # it was here already
    assert remove(wanted)
    assert not is_kept(wanted)
    assert not remove(wanted)


def test_https_is_fetched_from_trusted_servers_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STILLREEL_CONFIG", str(tmp_path / "config"))
    ours, theirs = trusted(tmp_path)
    with serving(DATA, ours) as running:
        wanted = network(running)
        error = refused(wanted, "model.pull_unreachable")
        assert "certificate" in error.message
        refused(wanted, "model.pull_unsafe", loopback=False, context=theirs)
        assert running.asked == []
        pull(wanted, loopback=True, context=theirs)
        assert is_kept(wanted)


def test_a_redirect_is_followed_and_keeps_the_range(server: FileServer) -> None:
    wanted = network(server)
    server.redirect = f"{server.url}/there"
    begun(wanted, DATA[:HALF])
    pull(wanted, loopback=True)
    assert server.asked == [("/model.onnx", f"bytes={HALF}-"), ("/there", f"bytes={HALF}-")]
    assert place(wanted).read_bytes() == DATA


# -- what breaks off, and goes on --------------------------------------------------------------------------------
@pytest.mark.parametrize("length", [True, False])
def test_a_cut_download_goes_on_where_it_stopped(server: FileServer, length: bool) -> None:
    wanted = network(server)
    server.cut, server.length = HALF, length
    refused(wanted, "model.pull_broken_off")
    assert part_of(wanted).read_bytes() == DATA[:HALF]
    server.cut = None
    pull(wanted, loopback=True)
    assert server.asked[1][1] == f"bytes={HALF}-"
    assert place(wanted).read_bytes() == DATA
    assert not part_of(wanted).exists()


def test_a_server_that_cannot_go_on_starts_again(server: FileServer) -> None:
    wanted = network(server)
    server.ranges = False
    begun(wanted, b"x" * HALF)
    pull(wanted, loopback=True)
    assert place(wanted).read_bytes() == DATA


def test_a_stalled_download_ends_in_time_and_keeps_what_came(server: FileServer) -> None:
    wanted = network(server)
    server.stall = 5.0
    error = refused(wanted, "model.pull_broken_off", limits=Limits(stall=0.2))
    assert "no answer in time" in error.message
    assert part_of(wanted).read_bytes() == DATA[:HALF]


def test_a_download_as_a_whole_has_a_limit(server: FileServer) -> None:
    refused(network(server), "model.pull_broken_off", limits=Limits(whole=0.0))


def test_ctrl_c_leaves_what_came(server: FileServer) -> None:
    wanted = network(server)

    def stop(event: Event) -> None:
        if isinstance(event, StepDone):
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as raised:
        pull(wanted, stop, loopback=True)
    assert "goes on" in raised.value.hint
    came = part_of(wanted).read_bytes()
    assert 0 < len(came) < len(DATA)
    assert came == DATA[: len(came)]
    pull(wanted, loopback=True)
    assert place(wanted).read_bytes() == DATA


def test_a_part_that_is_whole_needs_no_server(server: FileServer) -> None:
    wanted = network(server)
    begun(wanted, DATA)
    pull(wanted, loopback=True)
    assert server.asked == []


def test_a_part_that_is_too_long_is_begun_anew(server: FileServer) -> None:
    wanted = network(server)
    begun(wanted, DATA + b"more")
    pull(wanted, loopback=True)
    assert server.asked == [("/model.onnx", None)]


# -- what is wrong -----------------------------------------------------------------------------------------------
def test_other_bytes_of_the_same_length_are_deleted(server: FileServer) -> None:
    wanted = network(server)
    server.data = DATA[:-1] + b"e"
    error = refused(wanted, "model.pull_mismatch")
    assert "deleted" in error.message
    assert list(place(wanted).parent.iterdir()) == []


@pytest.mark.parametrize("length", [True, False])
def test_more_than_was_said_is_not_fetched(server: FileServer, length: bool) -> None:
    wanted = network(server)
    server.data, server.length = DATA + b"x" * 2**20, length
    refused(wanted, "model.pull_mismatch")
    assert not part_of(wanted).exists()


def test_less_than_was_said_is_another_file(server: FileServer) -> None:
    server.data = DATA[:-100]
    refused(network(server), "model.pull_mismatch")
    server.length = False
    refused(network(server), "model.pull_broken_off")


@pytest.mark.parametrize("said", ["bytes 0-9/10", f"bytes {HALF}-{HALF + 9}/{HALF + 10}", "nonsense"])
def test_a_range_that_was_not_asked_for_is_refused(server: FileServer, said: str) -> None:
    wanted = network(server)
    server.range_said = said
    begun(wanted, DATA[:HALF])
    refused(wanted, "model.pull_mismatch")
    assert not part_of(wanted).exists()  # the next call begins anew


def test_a_server_that_has_nothing_beyond_the_part_is_asked_anew(server: FileServer) -> None:
    wanted = network(server)
    begun(wanted, b"y" * HALF)
    server.status = 416
    refused(wanted, "model.pull_mismatch")
    server.status = 200
    pull(wanted, loopback=True)
    assert place(wanted).read_bytes() == DATA


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_a_server_that_says_no(server: FileServer, status: int) -> None:
    server.status = status
    assert str(status) in refused(network(server), "model.pull_status").message


@pytest.mark.parametrize(
    "to",
    [
        "https://10.0.0.1/x", "http://169.254.169.254/latest", "https://[fc00::1]:1/x", "https://[::ffff:10.0.0.1]/x",
        "http://example.org/x", "https://user:pass@example.org/x", "https://[fe80::1]/x", "https:///x",
        "https://10%2E0.0.1/x", "https://0xa000001/x", "https://127.0.0.1@10.0.0.1/x",
    ],
)  # fmt: skip
def test_a_redirect_to_no_public_https_address_is_not_followed(server: FileServer, to: str) -> None:
    server.redirect = to
    error = refused(network(server), "model.pull_unsafe")
    assert "pass" not in error.message


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.org/x", "data:,x", "https://[x/", "http://"])
def test_a_redirect_to_another_scheme_is_not_followed(server: FileServer, to: str) -> None:
    server.redirect = to
    with pytest.raises(ModelError):
        pull(network(server), loopback=True)


def test_without_the_tests_permission_this_machine_is_no_server(server: FileServer) -> None:
    refused(network(server), "model.pull_unsafe", loopback=False)
    named = network(server, url="https://localhost:1/x")
    refused(named, "model.pull_unsafe", loopback=False)
    assert server.asked == []


def test_names_are_looked_up_before_a_connection_is_made() -> None:
    with pytest.raises(ModelError) as inside:
        Gate().host("localhost", 443)
    assert inside.value.code == "model.pull_unsafe"
    Gate(loopback=True).host("localhost", 443)
    Gate().peer("198.18.0.7", "a VPN's stand-in")
    Gate().peer("8.8.8.8", "public")


def test_a_proxy_of_ones_own_may_be_anywhere_but_redirects_are_still_checked(
    server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", server.url)
    beyond = network(server, url="http://127.0.0.1:1/model.onnx")
    server.redirect = "https://10.0.0.1/x"
    refused(beyond, "model.pull_unsafe")
    server.redirect = ""
    pull(beyond, loopback=True)
    assert server.asked[-1] == (beyond.url, None)  # as a proxy is asked


def test_circles_of_redirects_end(server: FileServer) -> None:
    server.redirect = f"{server.url}/round"
    refused(network(server), "model.pull_status")
    assert len(server.asked) < 12


def test_nobody_listens(server: FileServer) -> None:
    error = refused(network(server, url="http://127.0.0.1:9/x"), "model.pull_unreachable")
    assert "--from FILE" in error.hint
    error = refused(network(server, url="https://nowhere.invalid/x"), "model.pull_unreachable", loopback=False)
    assert "its name is not known here" in error.message


# -- from a file, and the disk -----------------------------------------------------------------------------------
def test_a_file_is_taken_instead(server: FileServer, tmp_path: Path) -> None:
    wanted, mine = network(server), tmp_path / "mine.onnx"
    mine.write_bytes(DATA)
    begun(wanted, DATA[:10])
    pull(wanted, file=mine)
    assert server.asked == []
    assert place(wanted).read_bytes() == mine.read_bytes()
    assert list(place(wanted).parent.iterdir()) == [place(wanted)]


def test_a_wrong_file_is_refused_and_left_alone(server: FileServer, tmp_path: Path) -> None:
    wanted, mine = network(server), tmp_path / "mine.onnx"
    begun(wanted, DATA[:10])
    for data in (DATA[:-1], DATA[:-1] + b"e"):
        mine.write_bytes(data)
        refused(wanted, "model.pull_mismatch", file=mine)
        assert mine.read_bytes() == data
    assert part_of(wanted).read_bytes() == DATA[:10]
    refused(wanted, "model.pull_no_file", file=tmp_path)
    refused(wanted, "model.pull_no_file", file=tmp_path / "nowhere")


def test_too_little_room_is_said_first(server: FileServer) -> None:
    error = refused(network(server, size=2**60), "resource.disk")
    assert isinstance(error, ResourceError)
    assert error.exit_status == 6
    assert server.asked == []


def test_a_disk_that_fills_up_meanwhile(server: FileServer) -> None:
    def full(event: Event) -> None:
        if isinstance(event, StepDone):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ResourceError) as raised:
        pull(network(server), full, loopback=True)
    assert raised.value.code == "resource.disk"


def test_a_folder_that_is_no_folder(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("STILLREEL_CONFIG", str(tmp_path / "taken"))
    refused(network(server), "model.pull_folder")


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system's links are other things")
def test_a_part_that_is_a_link_is_not_written_through(server: FileServer, tmp_path: Path) -> None:
    wanted, target = network(server), tmp_path / "precious"
    target.write_text("mine")
    part_of(wanted).parent.mkdir(parents=True)
    part_of(wanted).symlink_to(target)
    refused(wanted, "model.pull_folder")
    assert target.read_text() == "mine"


# -- what is opened ----------------------------------------------------------------------------------------------
def test_a_kept_file_that_changed_is_not_opened(server: FileServer) -> None:
    wanted = network(server)
    path = pull(wanted, loopback=True)
    for data in (DATA[:-1] + b"e", DATA[:-1], b""):
        path.write_bytes(data)
        with pytest.raises(ModelError) as raised:
            open_network(wanted)
        assert raised.value.code == "model.weights_changed"
    assert pull(wanted, loopback=True).read_bytes() == DATA  # pulled anew
    open_network(wanted)


def test_a_file_that_is_no_such_network_is_said(server: FileServer) -> None:
    for data, code in ((b"no network", "model.weights_broken"), (tiny_depth("other"), "model.weights_shape")):
        server.data = data
        wanted = network(server, data, name=code.replace(".", "-"))
        pull(wanted, loopback=True)
        with pytest.raises(ModelError) as raised:
            open_network(wanted)
        assert raised.value.code == code
