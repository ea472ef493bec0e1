"""Reading of files that anybody may have made: it never waits for one, and takes no more memory than expected."""

import errno
import os
import stat
import tomllib
from pathlib import Path
from typing import Any, BinaryIO

MAX_TEXT_BYTES = 1 << 20  # of a file of settings; ours have some thousands
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_KINDS = ((stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"), (stat.S_ISCHR, "device"), (stat.S_ISBLK, "device"))


def open_file(path: Path) -> BinaryIO:
    """Open a file to read it.

    Raises
    ------
    OSError
        It cannot be opened, or is none: opening a named pipe would wait for a writer, perhaps for ever.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags)
    try:
        check_is_file(path, os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def check_is_file(path: Path, mode: int) -> None:
    """Raise OSError unless `mode`, as `os.stat` tells it of `path`, is that of a file."""
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    kind = next((name for is_of_kind, name in _KINDS if is_of_kind(mode)), "special file")
    raise OSError(errno.EINVAL, f"it is a {kind}, not a file", str(path))


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the content of a file of at most `limit` bytes.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        It is larger.
    """
    with open_file(path) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"it is larger than {limit:,} bytes")
    return content


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file, also of one that an editor began with a byte order mark.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        It is not TOML; says why.
    """
    return parse_toml(read_bytes(path, MAX_TEXT_BYTES))


def parse_toml(content: bytes) -> dict[str, Any]:
    """Return what a TOML file with that content says. Raises ValueError as `read_toml` does."""
    try:
        return tomllib.loads(decode_text(content))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def decode_text(content: bytes) -> str:
    """Return the text in a file of UTF-8, without a byte order mark. Raises ValueError if it has another encoding."""
    if content.startswith(_UTF16_MARKS) or b"\0" in content[:4]:
        raise ValueError("it is saved as UTF-16 and should be saved as UTF-8")
    try:
        return content.removeprefix(_UTF8_MARK).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is not UTF-8, which the file should be saved as") from None
