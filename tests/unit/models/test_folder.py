"""A model from a folder: its networks stand in for the shipped ones, and nothing else gets in."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest
from PIL import Image

from stillreel import flow
from stillreel.clip import decode, read_document
from stillreel.errors import ModelError, UsageError
from stillreel.models import registry
from stillreel.models.embedded import networks
from stillreel.models.embedded.model import NETWORKS
from stillreel.models.folder import MOST_NETWORK, FolderModel, open_folder
from stillreel.request import make_request
from tests.fakes.scenes import texture

DECODER = "autoencoder_decoder"


def shipped(name: str) -> bytes:
    return networks.weights_path(name).read_bytes()


def relabelled(data: bytes) -> bytes:
    """The same network as another file: one more field, which no reader needs (ModelProto.doc_string)."""
    return data + b"\x32\x05mine!"


def folder_with(place: Path, files: dict[str, bytes], **said: object) -> Path:
    place.mkdir(exist_ok=True)
    for name, data in files.items():
        (place / f"{name}.onnx").write_bytes(data)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    whole = {"format": 1, "family": "embedded", "name": "mine", "licence": "MIT", "networks": hashes} | said
    (place / "model.json").write_text(json.dumps(whole), encoding="utf-8")
    return place


def refusal(place: Path) -> ModelError:
    with pytest.raises(ModelError) as refused:
        registry.get(str(place))
    assert refused.value.exit_status == 5
    assert refused.value.hint
    return refused.value


def test_a_folder_is_a_model_with_hashes_of_its_own(tmp_path: Path) -> None:
    own = relabelled(shipped(DECODER))
    model = registry.get(str(folder_with(tmp_path / "m", {DECODER: own}, version="7")))
    assert isinstance(model, FolderModel)
    assert (model.info.name, model.info.version, model.info.licence) == ("mine", "7", "MIT")
    assert set(model.info.weights) == set(NETWORKS)
    other = {name for name, digest in model.info.weights.items() if digest != networks.weights_hash(name)}
    assert other == {DECODER}
    with registry.in_use(model):
        assert networks.session(DECODER) is model.sessions[DECODER]
        assert networks.session("parts") is networks.shipped("parts")
    assert networks.session(DECODER) is networks.shipped(DECODER)


def test_a_clip_is_made_with_the_folders_networks_and_made_again(tmp_path: Path) -> None:
    Image.fromarray(texture((192, 128), seed=2)).save(tmp_path / "p.png")
    place = folder_with(tmp_path / "m", {DECODER: relabelled(shipped(DECODER))})
    request = make_request(
        photo=tmp_path / "p.png", prompt="pan left", model=str(place), seconds=1, fps=4, size="128x96",
        output=tmp_path / "c.mp4", options={"steps": 1},
    )  # fmt: skip
    flow.animate(request)
    document = read_document(tmp_path / "c.mp4")
    assert document["request"]["model"] == str(place)
    assert document["model"]["weights"][DECODER] != networks.weights_hash(DECODER)
    again = flow.rerun(tmp_path / "c.mp4", output=tmp_path / "again.mp4")
    assert not any(note.code == "rerun.other_weights" for note in again.warnings)
    assert decode.packets_digest(tmp_path / "c.mp4") == decode.packets_digest(tmp_path / "again.mp4")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"format": 2}, "format"),
        ({"family": "wan"}, "family"),
        ({"networks": {}}, "networks"),
        ({"networks": {"../parts": "0" * 64}}, "../parts"),
        ({"networks": {"parts": "short"}}, "networks.parts"),
        ({"name": "a\nb"}, "name"),
        ({"run": "rm", "networks": {"parts": "0" * 64}}, "run"),
    ],
)
def test_a_manifest_that_is_off_is_refused(tmp_path: Path, said: dict[str, object], words: str) -> None:
    error = refusal(folder_with(tmp_path / "m", {}, **said))
    assert error.code == "model.manifest"
    assert words in error.message


@pytest.mark.parametrize("text", ["", "[" * 5000, "{" + '"a":1,' * 20_000, "null", "\0"])
def test_a_manifest_that_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    place = folder_with(tmp_path / "m", {})
    (place / "model.json").write_text(text, encoding="utf-8")
    assert refusal(place).code in ("model.manifest", "model.weights_unsafe")


def test_an_empty_folder_and_no_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "model.manifest"
    assert refusal(tmp_path / "nowhere").code == "model.no_folder"
    assert refusal(tmp_path / ("n" * 300)).code == "model.no_folder"
    with pytest.raises(UsageError) as unknown:
        registry.get("nonesuch")
    assert unknown.value.code == "model.unknown"


def test_weights_that_are_missing_or_changed_are_refused(tmp_path: Path) -> None:
    place = folder_with(tmp_path / "m", {DECODER: shipped(DECODER)})
    (place / f"{DECODER}.onnx").write_bytes(shipped(DECODER)[:-1])
    assert refusal(place).code == "model.weights_changed"
    (place / f"{DECODER}.onnx").unlink()
    assert refusal(place).code == "model.weights_missing"


def test_links_and_giants_are_refused(tmp_path: Path) -> None:
    place, path = folder_with(tmp_path / "m", {DECODER: shipped(DECODER)}), tmp_path / "m" / f"{DECODER}.onnx"
    path.rename(tmp_path / "outside.onnx")
    path.symlink_to(tmp_path / "outside.onnx")
    assert refusal(place).code == "model.weights_unsafe"
    path.unlink()
    with path.open("wb") as file:
        file.truncate(MOST_NETWORK + 1)
    assert refusal(place).code == "model.weights_unsafe"


def test_weights_in_other_files_are_refused(tmp_path: Path) -> None:
    """A tensor whose data lie elsewhere: TensorProto.external_data with the key "location"."""
    entry = b"\x0a\x08location\x12\x0b/etc/passwd"
    tensor = b"\x08\x01\x10\x01\x42\x01w\x6a" + bytes([len(entry)]) + entry + b"\x70\x01"
    graph = b"\x2a" + bytes([len(tensor)]) + tensor
    assert refusal(folder_with(tmp_path / "m", {"parts": b"\x3a" + bytes([len(graph)]) + graph})).code == (
        "model.weights_unsafe"
    )


def test_what_is_no_network_or_another_network_is_refused(tmp_path: Path) -> None:
    assert refusal(folder_with(tmp_path / "a", {"parts": b"no network" * 50})).code == "model.weights_broken"
    error = refusal(folder_with(tmp_path / "b", {"parts": shipped(DECODER)}))
    assert error.code == "model.weights_shape"
    assert "expected" in error.message


def test_one_set_of_networks_at_a_time(tmp_path: Path) -> None:
    model = open_folder(folder_with(tmp_path / "m", {DECODER: relabelled(shipped(DECODER))}))
    seen: list[bool] = []

    def other() -> None:
        with networks.using(networks.SHIPPED):
            seen.append(networks.session(DECODER) is networks.shipped(DECODER))

    thread = threading.Thread(target=other)
    with networks.using(model.sessions):
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        with networks.using(model.sessions):
            assert networks.session(DECODER) is model.sessions[DECODER]
    thread.join(10)
    assert seen == [True]
