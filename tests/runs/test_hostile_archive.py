"""Archives of runs from elsewhere: whatever they hold, memory is bounded and the sentence names the archive."""

import functools
import hashlib
import json
import shutil
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio import config as cfg
from ganstudio.errors import RunError
from ganstudio.runs import archive
from ganstudio.runs.folder import RunFolder, RunInfo
from support.hostile import attempt, bounded_memory, damaged_bytes, damaged_json

_DIRECTORY_ENTRY, _SIZE_OFFSET = b"PK\x01\x02", 24  # of the unpacked size in an entry of the directory


@functools.cache
def whole() -> bytes:
    """The archive of a run without files of pictures or weights."""
    with tempfile.TemporaryDirectory() as name:
        run = RunFolder.create(Path(name) / "run", cfg.RunConfig(), RunInfo.now(cfg.RunConfig()))
        (run.path / "history.jsonl").write_bytes(b'{"mark":"warning","step":0,"text":"x"}\n' * 9)
        return archive.pack(run, Path(name) / "run.ganrun").read_bytes()


def write_zip(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return path


def claim_size(path: Path, name: str, size: int) -> None:
    """Let the directory of a zip say that an entry has another size."""
    data = bytearray(path.read_bytes())
    place = data.index(name.encode(), data.index(_DIRECTORY_ENTRY)) - 46
    struct.pack_into("<I", data, place + _SIZE_OFFSET, size)
    path.write_bytes(data)


@pytest.mark.parametrize("claim", [None, 100])
def test_a_list_that_would_be_huge_is_not_unpacked(tmp_path: Path, claim: int | None) -> None:
    path = write_zip(tmp_path / "bomb.ganrun", {"ganrun.json": b" " * (80 << 20)})
    if claim:
        claim_size(path, "ganrun.json", claim)
    with bounded_memory(60):
        with pytest.raises(RunError, match=r"bomb\.ganrun"):
            archive.unpack(path, tmp_path / "home")
        assert archive.find_unpacked(path, tmp_path / "home") is None
    assert not list((tmp_path / "home").glob("*"))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_compression_are_refused_before_anything_is_unpacked(tmp_path: Path, method: int) -> None:
    path = write_zip(tmp_path / "bomb.ganrun", {"ganrun.json": b" " * (1 << 20)}, method)
    with pytest.raises(RunError, match="is not compressed as GAN Studio does it"):
        archive.unpack(path, tmp_path / "home")


def test_a_directory_of_a_zip_that_would_be_huge_is_not_read(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bomb.ganrun", {"ganrun.json": b"{}"})
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    size, place = struct.unpack_from("<II", data, end + 12)
    filling = 17 << 20
    data[place:place] = bytes(filling)
    struct.pack_into("<II", data, end + filling + 12, size + filling, place)
    path.write_bytes(data)
    with bounded_memory(8), pytest.raises(RunError, match="its directory would have"):
        archive.unpack(path, tmp_path / "home")


@pytest.mark.parametrize("run_toml", [None, b"", b"[run]\nschema = 99\n", b"[optimizer]\nd_lr = 'x'\n", b"\xff\xfe"])
def test_an_archive_without_a_usable_run_is_named(tmp_path: Path, run_toml: bytes | None) -> None:
    files = {} if run_toml is None else {"run.toml": run_toml}
    listed = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()}
    about = json.dumps({"schema": 1, "name": "run", "files": listed}).encode()
    path = write_zip(tmp_path / "odd.ganrun", files | {"ganrun.json": about})
    with pytest.raises(RunError, match=r"odd\.ganrun") as caught:
        archive.unpack(path, tmp_path / "home")
    assert ".tmp" not in str(caught.value)
    assert not list((tmp_path / "home").glob("*"))


@pytest.mark.fuzz
@given(st.data())
def test_a_damaged_archive_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    path, home = tmp_path / "run.ganrun", tmp_path / "home"
    path.write_bytes(data.draw(damaged_bytes(whole())))
    shutil.rmtree(home, ignore_errors=True)
    with bounded_memory(40):
        archive.find_unpacked(path, home)
        _, said = attempt(lambda: archive.unpack(path, home), RunError)
    assert not said or (str(path) in said and not list(home.glob("*")))
    assert {each.name for each in tmp_path.iterdir()} <= {"run.ganrun", "home"}


@pytest.mark.fuzz
@given(st.data())
def test_a_made_up_list_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    source, home = tmp_path / "run.ganrun", tmp_path / "home"
    source.write_bytes(whole())
    with zipfile.ZipFile(source) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    listed = data.draw(damaged_json(json.loads(entries["ganrun.json"])))
    path = write_zip(tmp_path / "odd.ganrun", entries | {"ganrun.json": json.dumps(listed).encode()})
    shutil.rmtree(home, ignore_errors=True)
    _, said = attempt(lambda: archive.unpack(path, home), RunError)
    assert not said or (str(path) in said and not list(home.glob("*")))
    assert {each.name for each in tmp_path.iterdir()} <= {"run.ganrun", "odd.ganrun", "home"}
