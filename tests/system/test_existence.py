"""Whether something is at a path, whatever the path."""

from pathlib import Path

import pytest

from ganstudio.system.existence import exists, is_file, is_folder


@pytest.mark.parametrize(
    "name", ["a" * 300, "a\0b", "\udc80", "", "missing"], ids=["long", "null", "bytes", "empty", "missing"]
)
def test_what_cannot_be_there_is_not_there(tmp_path: Path, name: str) -> None:
    path = tmp_path / "no" / name
    assert (exists(path), is_file(path), is_folder(path)) == (False, False, False)


def test_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert (exists(tmp_path), is_file(tmp_path), is_folder(tmp_path)) == (True, False, True)
    assert (exists(tmp_path / "a"), is_file(tmp_path / "a"), is_folder(tmp_path / "a")) == (True, True, False)
