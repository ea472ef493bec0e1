"""A run as one file, and what is refused of files from elsewhere."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ganstudio.errors import Cancelled, RunError
from ganstudio.events import Finished, Stepped
from ganstudio.runs import archive, runner
from ganstudio.runs.folder import Label, RunFolder
from ganstudio.runs.summary import list_runs
from support.runs import Start, assert_same, raising, until, weights


@pytest.fixture
def run(start: Start) -> RunFolder:
    made = start("run \N{SNOWMAN}")
    list(made.events())
    made.folder.set_label(Label(title="mine"))
    return made.folder


@pytest.fixture
def packed(run: RunFolder, tmp_path: Path) -> Path:
    return archive.pack(run, tmp_path / "run.ganrun")


def contents(path: Path) -> dict[str, bytes]:
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()}


def rewritten(source: Path, out: Path, **changes: Any) -> Path:
    """The archive with some entries changed, added or (None) left out; `list_` changes the list."""
    edit = changes.pop("list_", lambda listed: None)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        entries = {name: old.read(name) for name in old.namelist()} | changes.pop("entries", {})
        listed = json.loads(entries["ganrun.json"])
        edit(listed)
        entries["ganrun.json"] = json.dumps(listed).encode()
        for name, data in entries.items():
            if data is not None:
                new.writestr(name, data)
    return out


def test_a_run_comes_back_whole_on_another_machine(run: RunFolder, packed: Path, tmp_path: Path) -> None:
    before = contents(run.path)
    shutil.rmtree(run.path)
    home = tmp_path / "other" / "runs"
    found = archive.unpack(packed, home)
    assert found.path == home / "run"
    after = contents(found.path)
    assert len(after.pop("unpacked-from.txt")) == 64
    assert after == before
    assert found.label().title == "mine"
    assert found.status() == "finished"
    assert [each.name for each in list_runs(home)] == ["run"]
    assert list(runner.resume(found.path, {"steps": 8}).events())[-1] == Finished(8, "done")


def test_a_run_that_was_unpacked_before_is_found(run: RunFolder, packed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert archive.find_unpacked(packed, home) is None
    first = archive.unpack(packed, home)
    found = archive.find_unpacked(packed, home)
    assert found is not None
    assert found.path == first.path
    first.set_label(Label(title="another"))
    assert archive.find_unpacked(archive.pack(first, tmp_path / "later.ganrun"), home) is None
    (tmp_path / "bad.ganrun").write_bytes(b"no zip")
    assert archive.find_unpacked(tmp_path / "bad.ganrun", home) is None


def test_a_name_that_is_taken_gets_a_number(packed: Path, tmp_path: Path) -> None:
    names = [archive.unpack(packed, tmp_path / "home").name for _ in range(3)]
    assert names == ["run", "run-2", "run-3"]


def test_what_is_no_part_of_the_run_stays(run: RunFolder, tmp_path: Path) -> None:
    (run.path / "notes.txt").write_text("mine")
    (run.path / "samples" / ".00000006.png.1.tmp").write_bytes(b"half")
    with run.lock():
        archive.pack(run.path, tmp_path / "run.ganrun")
    with zipfile.ZipFile(tmp_path / "run.ganrun") as found:
        assert not {"notes.txt", "run.lock"} & set(found.namelist())
        assert not any("tmp" in name for name in found.namelist())


def test_a_run_under_way_can_be_packed(start: Start, tmp_path: Path) -> None:
    made = start("busy", steps=1000)
    events = made.events()
    until(events, Stepped, 2)
    made.control.save()
    until(events, Stepped, 4)
    archive.pack(made.folder, tmp_path / "busy.ganrun")
    found = archive.unpack(archive.pack(made.folder, tmp_path / "busy.ganrun"), tmp_path / "home")
    assert not found.is_running()
    step = found.rewind_points()[-1]
    assert_same(weights(found.path, step), weights(made.folder.path, step))
    events.close()


def test_progress_is_told_and_calling_it_off_leaves_nothing(run: RunFolder, packed: Path, tmp_path: Path) -> None:
    for work in (
        lambda progress: archive.pack(run, tmp_path / "again.ganrun", progress),
        lambda progress: archive.unpack(packed, tmp_path / "home", progress),
    ):
        before = {path.name for path in tmp_path.iterdir()}
        with pytest.raises(Cancelled):
            work(raising(Cancelled()))
        assert {path.name for path in tmp_path.iterdir()} - before <= {"home"}
        told: list[tuple[int, int]] = []
        work(lambda done, total, told=told: told.append((done, total)))
        assert told == sorted(told)
        assert told[-1][0] == told[-1][1] == sum(len(each) for each in contents(run.path).values())
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["run"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.toml",
        "/etc/evil",
        "samples/../../evil.png",
        "samples/evil.png",
        "C:\\evil",
        "run.lock",
        "snapshots/1.pt",
    ],
)
def test_what_is_no_part_of_a_run_is_refused(packed: Path, tmp_path: Path, name: str) -> None:
    evil = rewritten(
        packed,
        tmp_path / "evil.ganrun",
        entries={name: b"evil"},
        list_=lambda listed: listed["files"].update(
            {name: {"bytes": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}}
        ),
    )
    with pytest.raises(RunError, match=r"is refused: it contains .*which is not part of a run"):
        archive.unpack(evil, tmp_path / "home")
    assert not (tmp_path / "home").exists()
    assert not list(tmp_path.rglob("evil.toml"))


@pytest.mark.parametrize("name", ["..", "../../outside", "", "/", ".hidden", "a/b"])
def test_the_folder_is_never_outside(packed: Path, tmp_path: Path, name: str) -> None:
    evil = rewritten(packed, tmp_path / "evil.ganrun", list_=lambda listed: listed.update(name=name))
    found = archive.unpack(evil, tmp_path / "home")
    assert found.path.parent == tmp_path / "home"
    assert not found.name.startswith(".")


def test_a_bomb_is_refused_before_it_is_unpacked(packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_EXPANSION_BYTES", 0)
    monkeypatch.setattr(archive, "MAX_EXPANSION", 10)
    data = bytes(20_000_000)
    evil = tmp_path / "evil.ganrun"
    listed = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    rewritten(
        packed, evil, entries={"history.jsonl": data}, list_=lambda a: a["files"].update({"history.jsonl": listed})
    )
    with pytest.raises(RunError, match=r"is refused: .* MB would unpack to 2. MB"):
        archive.unpack(evil, tmp_path / "home")
    with pytest.raises(RunError, match="does not match its checksum"):  # it says less than it holds
        archive.unpack(
            rewritten(evil, tmp_path / "sly.ganrun", list_=lambda a: a["files"]["history.jsonl"].update(bytes=9)),
            tmp_path / "home",
        )
    assert list((tmp_path / "home").iterdir()) == []


class Usage(NamedTuple):
    free: int


def test_too_little_room_is_said_before(packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1000))
    with pytest.raises(RunError, match=r"where 0 MB are free.*another folder for runs"):
        archive.unpack(packed, tmp_path / "home")


def test_a_flipped_bit_or_a_cut_end_is_refused(packed: Path, tmp_path: Path) -> None:
    data = packed.read_bytes()
    for place in range(100, len(data) - 100, len(data) // 12):
        broken = bytearray(data)
        broken[place] ^= 1
        for what in (bytes(broken), data[:place]):
            (tmp_path / "broken.ganrun").write_bytes(what)
            try:
                found = archive.unpack(tmp_path / "broken.ganrun", tmp_path / "home")
            except RunError:
                continue
            assert contents(found.path) == contents(archive.unpack(packed, tmp_path / "home2").path)  # a bit of no use
    assert not any(path.name.endswith(".tmp") for path in (tmp_path / "home").iterdir())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda a: a.update(schema=99), "newer version of GAN Studio"),
        (lambda a: a.update(files=3), "its list of contents cannot be read"),
        (lambda a: a["files"].pop("run.toml"), "its contents do not match its list"),
        (lambda a: a["files"]["run.toml"].update(sha256="0"), "run.toml does not match its checksum"),
        (lambda a: a["files"]["run.toml"].update(bytes=-1), "negative size"),
    ],
)
def test_a_wrong_list_is_refused_in_words(packed: Path, tmp_path: Path, change: Any, says: str) -> None:
    with pytest.raises(RunError, match=says):
        archive.unpack(rewritten(packed, tmp_path / "evil.ganrun", list_=change), tmp_path / "home")


def test_what_is_no_archive_is_refused_in_words(tmp_path: Path, run: RunFolder) -> None:
    (tmp_path / "text.ganrun").write_text("no zip")
    with pytest.raises(RunError, match="cannot be unpacked"):
        archive.unpack(tmp_path / "text.ganrun", tmp_path)
    with zipfile.ZipFile(tmp_path / "other.ganrun", "w") as other:
        other.writestr("run.toml", "")
    with pytest.raises(RunError, match="not a run in one file"):
        archive.unpack(tmp_path / "other.ganrun", tmp_path)
    with pytest.raises(RunError, match="cannot be unpacked: No such file"):
        archive.unpack(tmp_path / "none.ganrun", tmp_path)
    with pytest.raises(RunError, match="cannot be packed into"):
        archive.pack(run, tmp_path / "nowhere" / "run.ganrun")
