"""Reading of files that anybody may have made."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio import presets, user_presets
from ganstudio.errors import ConfigError, StudioError
from ganstudio.runs import info, labels
from ganstudio.system import reading

TEXT = b'seed = 3\ntitle = "H\xc3\xa4nde"\n'


def write_preset(path: Path, content: bytes) -> Callable[[], object]:
    path.write_bytes(content)
    return lambda: presets.from_file(path)


def write_own_preset(path: Path, content: bytes) -> Callable[[], object]:
    path.write_bytes(content)
    return lambda: user_presets.import_preset(path)


def write_run(path: Path, content: bytes) -> Callable[[], object]:
    path.write_bytes(content)
    return lambda: info.read(path)


def write_label(path: Path, content: bytes) -> Callable[[], object]:
    path.with_name("label.toml").write_bytes(content)
    return lambda: labels.load(path.parent)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + TEXT, b"\xef\xbb\xbf" + TEXT.replace(b"\n", b"\r\n"), TEXT])
def test_a_byte_order_mark_and_the_line_ends_of_windows_are_no_part_of_the_text(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.toml").write_bytes(content)
    assert reading.read_toml(tmp_path / "file.toml") == {"seed": 3, "title": "Hände"}


@pytest.mark.parametrize("write", [write_preset, write_own_preset, write_run, write_label])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe" + TEXT.decode().encode("utf-16-le"), "saved as UTF-16 and should be saved as UTF-8"),
        (b"\xfe\xff" + TEXT.decode().encode("utf-16-be"), "saved as UTF-16 and should be saved as UTF-8"),
        (TEXT.decode().encode("utf-16-le"), "saved as UTF-16 and should be saved as UTF-8"),
        (TEXT.decode().encode("cp1252"), "line 2 is not UTF-8"),
        (b"title = " + b"[" * 3000 + b"]" * 3000, "nested too deeply"),
        (b"#" * (reading.MAX_TEXT_BYTES + 1), "larger than"),
        (b"title = \n", "line 1"),
    ],
)
def test_what_is_no_text_of_settings_is_refused_with_its_name(
    tmp_path: Path, write: Callable[[Path, bytes], Callable[[], object]], content: bytes, words: str
) -> None:
    read = write(tmp_path / "file.toml", content)
    with pytest.raises(StudioError, match=rf"(file|label)\.toml cannot be read: .*{words}"):
        read()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
    for path, words in (("pipe", "pipe"), ("folder", "directory"), ("socket", "[Dd]evice"), (os.devnull, "device")):
        with pytest.raises(OSError, match=words):
            reading.open_file(tmp_path / path)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs the files of this process by name")
def test_settings_may_come_out_of_a_pipe_of_the_shell() -> None:
    read_end, write_end = os.pipe()
    os.write(write_end, b"seed = 3\n")
    os.close(write_end)
    try:
        assert presets.read(Path(f"/dev/fd/{read_end}")) == cfg.from_dict({"seed": 3})
    finally:
        os.close(read_end)


def test_a_home_that_nobody_knows_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        presets.read(Path("~nobody-has-this-name/settings.toml"))
