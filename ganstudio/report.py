"""A report of a problem that can be sent to anybody: versions, system, device and the last lines of the log.

What tells who wrote it is replaced: names of the person and the computer, and folders.
"""

import contextlib
import getpass
import os
import platform
import re
import socket
import sys
import tempfile
import unicodedata
import urllib.parse
from collections.abc import Iterable, Mapping
from pathlib import Path

from ganstudio import __version__
from ganstudio.system import log_file, paths
from ganstudio.system.installing import installed_version

LAST_LINES = 60  # of the log
PACKAGES = (
    *("torch", "torchvision", "numpy", "pillow", "safetensors", "msgspec", "fonttools", "platformdirs", "psutil"),
    *("tomli-w", "tqdm", "PySide6-Essentials", "pyqtgraph", "av", "onnx", "onnxruntime", "tensorboard"),
)
_VARIABLES = re.compile(
    r"^(GANSTUDIO|QT|PYTORCH|CUDA|OMP|ONEDNN|DNNL|MKL|KMP|GOMP|LANG|LC|XDG_SESSION_TYPE|DISPLAY|WAYLAND)"
)
_PLACEHOLDERS = {"home", "user", "computer", "folder", "name", "runs", "data", "program", "python", "temporary"}
_NO_NAMES = {"root", "users", "ganstudio", "torch", "localhost", *_PLACEHOLDERS}  # tell nothing of anybody
_MIN_INSIDE = 4  # letters of a name from which on it is replaced within words, too
_SYSTEM = ("/usr/", "/lib", "/proc/", "/sys/", "/dev/", "/etc/", "/bin/", "/opt/")  # folders of every computer
_QUOTED_PATH = re.compile(r"""(["'])((?:/|[A-Za-z]:[\\/])(?:(?!\1)[^\n])*[\\/])((?:(?!\1)[^\\/\n])*)\1""")
_PLAIN_PATH = re.compile(r"""(?<![\w<>./:\\-])((?:/|[A-Za-z]:\\+)(?:[^\s"'<>|:;,()\\/]+[\\/]+)+)""")


def write(error: str = "", more: Iterable[str] = ()) -> str:
    """Return the report, anonymous.

    Parameters
    ----------
    error
        What went wrong, with its traceback; it comes first.
    more
        Further lines, before those of the log.
    """
    lines = [error.strip(), ""] if error.strip() else []
    lines += ["GAN Studio", *_indent(_program()), "", "Packages", *_indent(_packages()), ""]
    lines += ["Devices", *_indent(_devices()), "", "Environment", *_indent(_environment() or ["nothing special"]), ""]
    lines += [*more]
    lines += ["Last lines of the log", *_indent(log_file.tail(paths.log_file(), LAST_LINES) or ["none"])]
    return anonymise("\n".join(lines)) + "\n"


def anonymise(text: str) -> str:
    """Return a text without the names of person and computer, and without folders that tell of them."""
    text = _replace(text, _folders())
    text = _QUOTED_PATH.sub(lambda found: found.group() if _tells_nothing(found[2]) else _shortened(found), text)
    text = _PLAIN_PATH.sub(lambda found: found[0] if _tells_nothing(found[1]) else "<folder>/", text)
    return _replace(text, _names())


def _replace(text: str, replacements: Mapping[str, str]) -> str:
    if not replacements:
        return text
    return _pattern(replacements).sub(lambda found: replacements.get(_key(found.group()), "<name>"), text)


def _shortened(found: "re.Match[str]") -> str:
    return f"{found[1]}<folder>/{found[3]}{found[1]}"


def _tells_nothing(folder: str) -> bool:
    return folder.startswith(_SYSTEM) or bool(re.match(r"[A-Za-z]:[\\/]+(Windows|Program Files)", folder))


def _indent(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


# ---- what is in it --------------------------------------------------------------------------------------------------


def _program() -> list[str]:
    return [
        f"GAN Studio {__version__}",
        f"Python {platform.python_version()} ({sys.implementation.name}, {platform.architecture()[0]})",
        f"{platform.system()} {platform.release()} on {platform.machine()}",
    ]


def _packages() -> list[str]:
    return [f"{name} {installed_version(name) or 'is not installed'}" for name in PACKAGES]


def _devices() -> list[str]:
    lines = [f"processor: {_processor()}, {os.cpu_count()} cores"]
    torch = sys.modules.get("torch")
    if torch is None:
        return [*lines, "accelerators: unknown, as PyTorch is not loaded"]
    with contextlib.suppress(Exception):  # a broken driver may raise anything
        lines.append(f"{torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}")
        lines += [f"cuda:{index}: {torch.cuda.get_device_name(index)}" for index in range(torch.cuda.device_count())]
        lines += ["mps"] if torch.backends.mps.is_available() else []
    return lines


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _environment() -> list[str]:
    """Return the variables that change how the program works."""
    return [f"{name}={value}" for name, value in sorted(os.environ.items()) if _VARIABLES.match(name)]


# ---- what is replaced -----------------------------------------------------------------------------------------------


def _folders() -> dict[str, str]:
    """Return the folders in use, in all their spellings, with what replaces each."""
    known: list[tuple[Path | str | None, str]] = [
        (Path(__file__).resolve().parents[1], "<program>"),
        (sys.prefix, "<python>"),
        (sys.base_prefix, "<python>"),
        (os.environ.get("HOME"), "<home>"),
        (os.environ.get("USERPROFILE"), "<home>"),
    ]
    for find, name in (
        (Path.home, "<home>"),
        (Path.cwd, "<current folder>"),
        (paths.runs_home, "<runs>"),
        (paths.data_home, "<data>"),
        (lambda: Path(tempfile.gettempdir()), "<temporary>"),
    ):
        with contextlib.suppress(Exception):  # no home, no current folder, no temporary one
            known.append((find(), name))
    found: dict[str, str] = {}
    for folder, name in known:
        for spelling in _spellings_of_folder(folder):
            found.setdefault(_key(spelling), name)
    return {folder: name for folder, name in found.items() if not (f"{folder}/" in _SYSTEM or len(folder) < 4)}


def _spellings_of_folder(folder: Path | str | None) -> Iterable[str]:
    if not folder:
        return
    given = str(folder).rstrip("/\\")
    forms = {given}
    with contextlib.suppress(OSError, RuntimeError):
        forms.add(str(Path(given).resolve()))
    for form in list(forms):
        forms |= {form.replace("\\", "/"), form.replace("\\", "\\\\"), repr(form)[1:-1]}
    for form in forms:
        yield from (form, urllib.parse.quote(form), *_normal_forms(form))


def _names() -> dict[str, str]:
    """Return the names of the person and the computer, with what replaces each."""
    people, computers = set(_user_names()), set()
    for find in (platform.node, socket.gethostname):
        with contextlib.suppress(Exception):  # what a sandbox does not let us ask
            computers |= {find(), find().split(".")[0]}
    named = [(name, "<computer>") for name in computers] + [(name, "<user>") for name in people]
    found: dict[str, str] = {}
    for name, placeholder in named:
        if len(name) >= 2 and name.casefold() not in _NO_NAMES:
            for spelling in (name, urllib.parse.quote(name), repr(name)[1:-1], *_normal_forms(name)):
                found[_key(spelling)] = placeholder
    return found


def _user_names() -> Iterable[str]:
    yield from (os.environ.get(name, "") for name in ("USER", "LOGNAME", "LNAME", "USERNAME", "SUDO_USER"))
    with contextlib.suppress(Exception):  # a user id without an entry
        yield getpass.getuser()
    with contextlib.suppress(Exception):
        yield Path.home().name
    with contextlib.suppress(Exception):  # Windows has no such module
        import pwd

        entry = pwd.getpwuid(os.getuid())
        full = entry.pw_gecos.split(",")[0]
        yield from (entry.pw_name, Path(entry.pw_dir).name, full, *(part for part in full.split() if len(part) > 2))


def _normal_forms(text: str) -> tuple[str, str]:
    return unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)


def _key(text: str) -> str:
    return text.lower()


def _pattern(replacements: Mapping[str, str]) -> "re.Pattern[str]":
    """Return a pattern that finds all of them, the longest first, so that nothing is replaced twice."""
    parts = []
    for text in sorted(replacements, key=len, reverse=True):
        escaped = re.escape(text)
        is_folder = "/" in text or "\\" in text
        if is_folder:
            escaped += r"(?![\w-])"  # /home/jo is no part of /home/joan
        elif len(text) < _MIN_INSIDE:
            escaped = rf"(?<![^\W\d_]){escaped}(?![^\W\d_])"
        parts.append(escaped)
    return re.compile("|".join(parts), re.IGNORECASE)
