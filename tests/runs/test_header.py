"""The header of a checkpoint is read without the tensors, and what is none is refused with the reason."""

import json
from pathlib import Path

import pytest
import torch

from ganstudio.errors import RunError
from ganstudio.runs import checkpoint, header
from ganstudio.runs.info import SCHEMA


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.safetensors"


def write(path: Path, metadata: object, room: int = 0) -> None:
    """Write a file with that header, whose length is given `room` bytes too large."""
    text = json.dumps({"__metadata__": metadata}).encode()
    path.write_bytes((len(text) + room).to_bytes(8, "little") + text)


def known(**changed: object) -> dict[str, object]:
    return {"schema": str(SCHEMA), "meta": '{"step": 3}', "sha256": ""} | changed


def test_meta_is_read_without_the_checksum(path: Path) -> None:
    checkpoint.save_snapshot(path, {"G": torch.ones(3)}, {"step": 5, "epoch": 0.5})
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    assert header.meta(path) == {"step": 5, "epoch": 0.5}


def test_a_header_may_fill_the_file_to_its_end_and_no_more(path: Path) -> None:
    write(path, known())
    assert header.meta(path) == {"step": 3}
    write(path, known(), room=1)
    with pytest.raises(RunError, match=r"file\.safetensors is cut short"):
        header.meta(path)
    write(path, known(meta="[1]"))
    with pytest.raises(RunError, match=r"file\.safetensors is damaged"):
        header.meta(path)


def test_a_header_may_have_sixteen_mebibytes_and_no_more(path: Path) -> None:
    for extra in (0, 1):
        empty = len(json.dumps({"__metadata__": known(filling="")}))
        write(path, known(filling="x" * ((16 << 20) - empty + extra)))
        if extra:
            with pytest.raises(RunError, match=r"its header would have 16,777,217 bytes\.$"):
                header.meta(path)
        else:
            assert header.meta(path) == {"step": 3}


def test_what_is_not_there_or_cannot_be_read_is_named(path: Path) -> None:
    with pytest.raises(RunError, match=r"file\.safetensors does not exist\.$"):
        header.meta(path)
    path.mkdir()
    with pytest.raises(RunError, match=r"file\.safetensors cannot be read: .*\.$"):
        header.meta(path)


@pytest.mark.parametrize("missing", ["schema", "meta", "sha256"])
def test_a_file_of_another_program_is_refused(path: Path, missing: str) -> None:
    metadata = known()
    del metadata[missing]
    write(path, metadata)
    with pytest.raises(RunError, match="was not written by GAN Studio"):
        header.meta(path)
    write(path, ["schema", "meta", "sha256"])
    with pytest.raises(RunError, match="was not written by GAN Studio"):
        header.meta(path)


def test_only_a_newer_schema_is_refused(path: Path) -> None:
    for schema in (str(SCHEMA), "0", "x", "\N{SUPERSCRIPT TWO}", SCHEMA):
        write(path, known(schema=schema))
        assert header.meta(path) == {"step": 3}
    for schema in (str(SCHEMA + 1), SCHEMA + 1):
        write(path, known(schema=schema))
        with pytest.raises(RunError, match=f"its schema is {SCHEMA + 1}, this version reads up to {SCHEMA}"):
            header.meta(path)


def test_a_header_that_is_no_object_is_refused_by_the_name_of_the_file(path: Path) -> None:
    path.write_bytes((3).to_bytes(8, "little") + b"[1]")
    with pytest.raises(RunError, match=r"file\.safetensors is damaged, or not a checkpoint"):
        header.meta(path)


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "null", b"\xff\xfe\xfd"])
def test_what_is_no_json_object_is_refused(path: Path, text: str | bytes) -> None:
    with pytest.raises(RunError, match=r"file\.safetensors is damaged, or not a checkpoint"):
        header.parse(path, text)
    assert header.parse(path, '{"a": 1}') == header.parse(path, b'{"a": 1}') == {"a": 1}
