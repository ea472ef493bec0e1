"""Where a window would be shown, and whether it can be: Qt itself would abort the program."""

import ctypes
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

_NEED_NOTHING = ("offscreen", "minimal", "vnc")  # platforms of Qt that start on every computer
_WAIT_SECONDS = 3.0  # for a display server to take a connection
_TRIAL_SECONDS = 30.0  # for another process to start Qt
_TRIAL = "import sys; from PySide6.QtGui import QGuiApplication as A; sys.exit(A([]).primaryScreen() is None)"


def display_name() -> str | None:
    """Return the display that a window would open on; None if there is none."""
    if sys.platform != "linux":
        return "the desktop"
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return chosen  # offscreen, vnc, eglfs ...: needs no display server
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or None


def display_problem() -> str | None:
    """Return why no window can open here, for users; None if one can."""
    problems = [problem_of(platform) for platform in platforms()]
    if None in problems:
        return None
    return next((problem for problem in problems if problem), None)


def platforms() -> list[str]:
    """Return the platforms that Qt would try, in this order; none where it has only one."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        return [name.partition(":")[0] for name in chosen.split(";") if name]
    if sys.platform != "linux":
        return []
    has_wayland = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland"
    return ["wayland", "xcb"] if has_wayland else ["xcb"]


def problem_of(platform: str) -> str | None:
    """Return why Qt cannot open a window on one of its platforms; None if it can."""
    known = _bundled_platforms()
    family = "wayland" if platform.startswith("wayland") else platform
    if known and family not in known:
        return f"QT_QPA_PLATFORM names {platform}, and Qt has only {', '.join(known)} here; unset it"
    if family == "xcb":
        return _x11_problem()
    if family == "wayland":
        return _wayland_problem()
    if family in _NEED_NOTHING or _starts(platform):
        return None
    return f"QT_QPA_PLATFORM names {platform}, which does not start on this computer; unset it"


def plugins() -> Path | None:
    """Return the folder of the plugins that PySide6 brings; None if it uses those of the system."""
    spec = find_spec("PySide6")
    for root in map(Path, (spec.submodule_search_locations or ()) if spec else ()):
        for folder in (root / "Qt" / "plugins", root / "plugins"):
            if (folder / "platforms").is_dir():
                return folder
    return None


def _bundled_platforms() -> list[str]:
    """Return the platforms that PySide6 brings; none if they cannot be told."""
    folder = plugins()
    if folder is None:
        return []
    stems = (file.stem.removeprefix("lib") for file in (folder / "platforms").iterdir())
    return sorted(stem[1:] for stem in stems if stem.startswith("q"))


def _x11_problem() -> str | None:
    name = os.environ.get("DISPLAY")
    if not name:
        return "there is no display"
    return None if _x_server_answers(name) else f"the display {name} does not answer"


def _x_server_answers(display: str) -> bool:
    """Return whether an X server accepts a connection; True if there is no library to ask with."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(errors="surrogateescape"), None)
    fine: bool = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return fine


def _wayland_problem() -> str | None:
    if os.environ.get("WAYLAND_SOCKET"):
        return None  # a connection that is open already
    name = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    path = Path(folder, name)
    if not path.is_absolute():
        return "WAYLAND_DISPLAY is set, but XDG_RUNTIME_DIR is not"
    try:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(_WAIT_SECONDS)
            asked.connect(str(path))
    except (OSError, AttributeError):  # AttributeError: a system without such sockets
        return f"the Wayland display {name} does not answer"
    return None


def _starts(platform: str) -> bool:
    """Return whether Qt starts on a platform; tried in another process, as it may crash."""
    environment = {**os.environ, "QT_QPA_PLATFORM": platform}
    try:
        command = [sys.executable, "-c", _TRIAL]
        tried = subprocess.run(command, env=environment, capture_output=True, timeout=_TRIAL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
