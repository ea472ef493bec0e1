"""What this computer has and lacks for GAN Studio: versions, devices, data, folders, display, system libraries."""

import ctypes
import importlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from ganstudio import __version__, installing, paths
from ganstudio.errors import StudioError
from ganstudio.export import files, formats
from ganstudio.export.files import installed_version
from ganstudio.process import usable_cores

ENGINE = ("torch", "torchvision", "numpy", "pillow", "safetensors", "msgspec", "platformdirs", "tomli-w", "tqdm")
WINDOW = ("PySide6-Essentials", "pyqtgraph")

# What Qt's wheels load from the system on Linux, as `readelf -d` lists it for QtGui, QtWidgets, QtNetwork, QtSvg and
# the xcb platform with its OpenGL; by Debian 12's package.
SYSTEM_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE = "fonts-dejavu-core"


def examine() -> tuple[str, bool]:
    """The report, and whether this computer can train."""
    lacking: list[str] = []
    sections = [
        ("GAN Studio", _program()),
        ("Packages", _packages(lacking)),
        ("Devices", _devices(lacking)),
        ("Data sets", _data(lacking)),
        ("Runs", _runs(lacking)),
        ("Window", _window(lacking)),
        ("Export", _extras()),
    ]
    able = not any(problem.startswith(_TRAINING) for problem in lacking)
    missing = [f"- {problem}" for problem in lacking] or ["Nothing."]
    lines = [line for title, body in [*sections, ("Missing", missing)] for line in (title, *_indented(body), "")]
    return "\n".join([*lines, "Ready to train." if able else "Training does not work yet."]), able


_TRAINING = "Training: "


def _indented(lines: list[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _program() -> list[str]:
    return [
        f"ganstudio {__version__} in {Path(__file__).resolve().parent}",
        f"Python {platform.python_version()} in {sys.executable}",
        f"{platform.system()} {platform.release()} on {platform.machine()}",
    ]


def _packages(lacking: list[str]) -> list[str]:
    found = {package: installed_version(package) for package in ENGINE + WINDOW}
    absent = [package for package in ENGINE if found[package] is None]
    if absent:
        lacking.append(f"{_TRAINING}{', '.join(absent)}; to get it: {installing.of_program()}")
    absent = [package for package in WINDOW if found[package] is None]
    if absent:
        lacking.append(f"The window: {', '.join(absent)}; to get it: {installing.of_program('gui')}")
    return [f"{package} {version or 'is not installed'}" for package, version in found.items()]


def _devices(lacking: list[str]) -> list[str]:
    try:
        torch = importlib.import_module("torch")
        engine = importlib.import_module("ganstudio.training.device.hardware")
    except (ImportError, OSError) as error:  # OSError: a library that the package brings does not load
        if installed_version("torch"):
            lacking.append(
                f"{_TRAINING}PyTorch does not load ({error}); to repair it: "
                f"{installing.command('--force-reinstall', 'torch')}"
            )
        return ["unknown without PyTorch"]
    lines = []
    for name in engine.devices():
        device = torch.device(name)
        speaks = "computes bfloat16" if engine.native_bfloat16(device) else "no fast bfloat16"
        cores = f", {usable_cores()} cores" if name == "cpu" else ""
        lines.append(f"{name}: {engine.device_name(device)}{cores}, {speaks}")
    return lines


def _data(lacking: list[str]) -> list[str]:
    try:
        catalog = importlib.import_module("ganstudio.data.catalog")
    except ImportError as error:
        return [f"unknown: {error}"]
    lines = [f"in {paths.data_home()}"]
    for name in catalog.DATASETS:
        try:
            state = catalog.state(name)
        except StudioError as error:
            lacking.append(f"{name}: {error}")
            continue
        lines.append(f"{name}: {state.state}")
        if state.state == catalog.Availability.DOWNLOADABLE:
            lines[-1] += f" (ganstudio datasets download {name})"
    return lines


def _runs(lacking: list[str]) -> list[str]:
    home = paths.runs_home()
    if writable(home):
        return [f"in {home}"]
    lacking.append(f"A folder for runs: {home} cannot be written; choose another with --out or GANSTUDIO_RUNS")
    return [f"in {home}, which cannot be written"]


def writable(folder: Path) -> bool:
    """Whether `folder`, or the nearest one above it that exists, can be written."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _window(lacking: list[str]) -> list[str]:
    packages = missing_packages()
    if packages:
        lacking.append(f"The window: system libraries; to get them: {install_command(packages)}")
    problem = display_problem()
    if problem is not None:
        lacking.append(f"The window: {problem}; `ganstudio train` needs none")
    return [f"display: {display_name() or 'none'}"]


def _extras() -> list[str]:
    """What some formats of `ganstudio export` need; nothing is missing without them."""
    lines = []
    for kind in formats.FORMATS.values():
        if kind.extra is None:
            continue
        packages = files.EXTRAS[kind.extra]
        here = ", ".join(f"{name} {installed_version(name)}" for name in packages)
        absent = files.missing_packages(kind.extra)
        lines.append(f"{kind.name}: {f'to get it: {files.install_command(kind.extra)}' if absent else here}")
    return lines


def display_name() -> str | None:
    """The display a window would open on; None if there is none."""
    if sys.platform != "linux":
        return "the desktop"
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return chosen  # offscreen, vnc, eglfs ...: needs no display server
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or None


def display_problem() -> str | None:
    """Why no window can open here, in words; asked beforehand, because Qt aborts the program."""
    name = display_name()
    if name is None:
        return "there is no display"
    if name == os.environ.get("DISPLAY") and not _answers(name):
        return f"the display {name} does not answer"
    return None


def _answers(display: str) -> bool:
    """Whether an X server accepts a connection; True where there is no library to ask with."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    fine: bool = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return fine


def missing_libraries() -> list[str]:
    """Debian packages of the system libraries that Qt needs and this computer lacks; none where it is not Linux."""
    if sys.platform != "linux":
        return []
    return [package for library, package in SYSTEM_LIBRARIES.items() if not _loads(library)]


def missing_packages() -> list[str]:
    """`missing_libraries`, and a font if there is none to be seen."""
    fonts = [FONT_PACKAGE] if sys.platform == "linux" and not _has_font() else []
    return missing_libraries() + fonts


def install_command(packages: list[str]) -> str:
    """How to install them on Debian and its relatives."""
    return "sudo apt-get install " + " ".join(packages)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(next(folder.rglob("*.[to]tf"), None) for folder in folders if folder.is_dir())
