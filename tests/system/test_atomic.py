"""Files that appear whole or not at all."""

import array
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ganstudio.system import atomic

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such call")


class RecordingOs:
    """The `os` of atomic.py: notes its calls, some of which are replaced."""

    def __init__(self, **replaced: Callable[..., Any]) -> None:
        self.calls: list[str] = []
        self._replaced = replaced

    def __getattr__(self, name: str) -> Any:
        value = self._replaced.get(name, getattr(os, name))
        if callable(value):
            self.calls.append(name)
        return value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def failing(number: int) -> Callable[..., Any]:
    def fail(*_: object) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_the_parts_are_the_file_one_after_the_other(path: Path) -> None:
    atomic.write(path, [b"old and much longer than what replaces it"], durable=False)
    numbers = array.array("d", [1.5, 2.5])
    atomic.write(path, iter([b"abc", b"", memoryview(numbers), b"xyz"]), durable=True)
    assert path.read_bytes() == b"abc" + numbers.tobytes() + b"xyz"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_others_may_read_the_file_and_only_the_user_writes_it(path: Path) -> None:
    before = os.umask(0)
    try:
        atomic.write(path, [b"x"], durable=False)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_temporary_file_is_hidden_beside_the_file_and_named_as_a_stray_one(path: Path) -> None:
    seen: list[list[str]] = []

    def parts() -> Iterator[bytes]:
        seen.append([file.name for file in path.parent.iterdir()])
        yield b"x"

    atomic.write(path, parts(), durable=False)
    assert seen == [[f".file.bin.{os.getpid()}.tmp"]]


def test_what_a_killed_program_left_of_a_temporary_file_is_no_part_of_the_next(path: Path) -> None:
    path.with_name(f".file.bin.{os.getpid()}.tmp").write_bytes(b"left by a program that had the same number")
    atomic.write(path, [b"new"], durable=False)
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyboardInterrupt()])
def test_where_the_content_cannot_be_made_the_old_file_stays_alone(path: Path, error: BaseException) -> None:
    path.write_bytes(b"old")

    def parts() -> Iterator[bytes]:
        yield b"half"
        raise error

    with pytest.raises(type(error)):
        atomic.write(path, parts(), durable=False)
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_the_reason_is_raised_where_even_the_temporary_file_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        atomic.write(tmp_path / "none" / "file.bin", [b"x"], durable=False)
    assert str(caught.value.filename).endswith(".tmp")


def test_only_a_durable_write_waits_for_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = RecordingOs()
    monkeypatch.setattr(atomic, "os", recording)
    atomic.write(path, [b"x"], durable=False)
    assert "fsync" not in recording.calls


@posix
@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_folder_that_cannot_be_synchronised_is_no_error(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(atomic, "os", RecordingOs(fsync=sync_refusing_folders(number)))
    atomic.write(path, [b"x"], durable=True)
    assert path.read_bytes() == b"x"


def sync_refusing_folders(number: int) -> Callable[[int], None]:
    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        os.fsync(handle)

    return sync


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs the list of open files")
def test_no_file_stays_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = open_files()
    atomic.write(path, [b"x"], durable=True)
    for number, replaced in (
        (errno.ENOSPC, {"write": failing(errno.ENOSPC)}),
        (errno.EIO, {"fsync": sync_refusing_folders(errno.EIO)}),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(atomic, "os", RecordingOs(**replaced))
            with pytest.raises(OSError, match=os.strerror(number)):
                atomic.write(path, [b"x"], durable=True)
    assert open_files() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names of files")
def test_a_second_name_is_of_the_same_file_and_outlives_a_replacement(path: Path) -> None:
    path.write_bytes(b"before")
    second = path.with_name("second")
    atomic.link_or_copy(path, second)
    assert second.samefile(path)
    atomic.write(path, [b"after"], durable=False)
    assert second.read_bytes() == b"before"


def test_where_there_are_no_links_the_file_is_copied(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"before")
    second = path.with_name("second")
    recording = RecordingOs(link=failing(errno.EPERM))
    monkeypatch.setattr(atomic, "os", recording)
    atomic.link_or_copy(path, second)
    assert not second.samefile(path)
    assert second.read_bytes() == b"before"
    assert "fsync" not in recording.calls  # what it is a copy of is on the disk


def test_what_is_not_there_gets_no_second_name(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        atomic.link_or_copy(path, path.with_name("second"))
    assert list(path.parent.iterdir()) == []


def test_stray_files_are_removed_and_counted_and_nothing_else(path: Path) -> None:
    names = [".a.tmp", ".b.7.tmp", "a.tmp", ".hidden", "b"]
    for name in names:
        path.with_name(name).touch()
    assert atomic.remove_stray_files(path.parent) == 2
    assert sorted(file.name for file in path.parent.iterdir()) == sorted(names[2:])


def test_a_stray_file_that_cannot_be_removed_keeps_none_of_the_others(tmp_path: Path) -> None:
    (tmp_path / ".folder.tmp").mkdir()
    for name in (".a.tmp", ".z.tmp"):
        (tmp_path / name).touch()
    assert atomic.remove_stray_files(tmp_path) == 3
    assert [file.name for file in tmp_path.iterdir()] == [".folder.tmp"]


@posix
def test_no_link_is_followed_to_where_it_points(path: Path) -> None:
    target = path.with_name("precious")
    target.write_bytes(b"precious")
    path.symlink_to(target)
    path.with_name(f".file.bin.{os.getpid()}.tmp").symlink_to(target)
    atomic.write(path, [b"new"], durable=False)
    assert path.read_bytes() == b"new"
    assert not path.is_symlink()
    assert target.read_bytes() == b"precious"


@posix
def test_a_link_put_there_in_the_last_moment_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = path.with_name("precious")
    target.write_bytes(b"precious")

    def swap(temp: Path, *rest: int) -> int:
        Path(temp).symlink_to(target)
        return os.open(temp, *rest)

    monkeypatch.setattr(atomic, "os", RecordingOs(open=swap))
    with pytest.raises(FileExistsError):
        atomic.write(path, [b"new"], durable=False)
    assert target.read_bytes() == b"precious"


def test_two_threads_write_the_same_file_one_after_the_other(path: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"a" * 10
        atomic.write(path, [b"b" * 20], durable=False)
        yield b"a" * 10

    atomic.write(path, parts(), durable=False)
    assert path.read_bytes() == b"a" * 20
    assert list(path.parent.iterdir()) == [path]


def test_a_temporary_name_that_cannot_be_cleared_is_not_used(path: Path) -> None:
    path.with_name(f".file.bin.{os.getpid()}.tmp").mkdir()
    atomic.write(path, [b"new"], durable=False)
    assert path.read_bytes() == b"new"


def test_the_longest_name_that_a_file_may_have_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("数" * 84 + "x" * 3)  # 255 bytes
    atomic.write(path, [b"new"], durable=False)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"new"]


def held(times: int, function: Callable[..., Any], error: OSError) -> Callable[..., Any]:
    """A function of os that another program's hold on the file makes fail that many times."""
    left = [times]

    def call(*arguments: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise error
        return function(*arguments)

    return call


HELD = [PermissionError(errno.EACCES, "Access is denied"), OSError(errno.EBUSY, "Device or resource busy")]


@pytest.mark.parametrize("error", HELD)
def test_a_file_that_another_program_holds_for_a_moment_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    monkeypatch.setattr(atomic, "os", RecordingOs(replace=held(2, os.replace, error), unlink=held(2, os.unlink, error)))
    atomic.write(path, [b"new"], durable=False)
    assert path.read_bytes() == b"new"
    atomic.remove(path)
    assert list(path.parent.iterdir()) == []


def test_a_file_that_stays_held_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"old")
    monkeypatch.setattr(atomic, "RETRY_SECONDS", (0.0,) * 5)
    recording = RecordingOs(replace=failing(errno.EACCES))
    monkeypatch.setattr(atomic, "os", recording)
    with pytest.raises(PermissionError):
        atomic.write(path, [b"new"], durable=False)
    assert recording.calls.count("replace") == 6
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_what_is_not_there_is_removed_already(path: Path) -> None:
    atomic.remove(path)
    assert not path.exists()


@posix
def test_a_second_name_of_a_link_is_a_file_and_of_a_pipe_an_error(path: Path) -> None:
    path.write_bytes(b"content")
    link, pipe = path.with_name("link"), path.with_name("pipe")
    link.symlink_to(path)
    os.mkfifo(pipe)
    atomic.link_or_copy(link, path.with_name("second"))
    assert not path.with_name("second").is_symlink()
    assert path.with_name("second").read_bytes() == b"content"
    target = path.with_name("third")
    target.touch()  # so that it cannot be linked
    with pytest.raises(OSError, match="pipe"):
        atomic.link_or_copy(pipe, target)
