"""Report on what this computer has for GAN Studio and what is missing: packages, devices, data, folders, display."""

import contextlib
import ctypes
import importlib
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ganstudio import __version__, extensions, report
from ganstudio.errors import StudioError
from ganstudio.export import files, formats
from ganstudio.process import usable_cores
from ganstudio.system import homes, installing, paths
from ganstudio.system.displays import display_name as display_name
from ganstudio.system.displays import display_problem as display_problem
from ganstudio.system.existence import exists, is_folder
from ganstudio.system.homes import expand
from ganstudio.system.installing import installed_version

ENGINE = (
    "torch",
    "torchvision",
    "numpy",
    "pillow",
    "safetensors",
    "msgspec",
    "fonttools",
    "platformdirs",
    "psutil",
    "tomli-w",
    "tqdm",
)
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


@dataclass(frozen=True)
class Problem:
    """Something that is missing, for users; and whether nothing can be trained without it."""

    text: str
    prevents_training: bool = False


def examine() -> tuple[str, bool]:
    """Return the report, and whether this computer can train."""
    problems: list[Problem] = []
    sections = [
        ("GAN Studio", _program()),
        ("Packages", _packages(problems)),
        ("Devices", _devices(problems)),
        ("Data sets", _data(problems)),
        ("Runs", _runs(problems)),
        ("Window", _window(problems)),
        ("Export", _extras()),
    ]
    problems += [Problem(text) for text in extensions.problems()]
    sections.append(("Missing", [f"- {problem.text}" for problem in problems] or ["Nothing."]))
    lines = [line for title, body in sections for line in (title, *_indented(body), "")]
    can_train = not any(problem.prevents_training for problem in problems)
    verdict = "Ready to train." if can_train else "Training does not work on this computer yet."
    return "\n".join([*lines, verdict]), can_train


def write_report() -> str:
    """Return a report of a problem that can be sent to anybody, with what `examine` finds."""
    with contextlib.suppress(Exception):
        importlib.import_module("torch")  # the report names the devices that it sees
    return report.write(more=["Examination", *_indented(examine()[0].splitlines()), ""])


def _indented(lines: list[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _program() -> list[str]:
    return [
        f"ganstudio {__version__} in {Path(__file__).resolve().parent}",
        f"Python {platform.python_version()} in {sys.executable}",
        f"{platform.system()} {platform.release()} on {platform.machine()}",
    ]


def _packages(problems: list[Problem]) -> list[str]:
    versions = {package: installed_version(package) for package in ENGINE + WINDOW}
    absent = [package for package in ENGINE if versions[package] is None]
    if absent:
        text = f"Training: {', '.join(absent)}; to install: {installing.of_packages(absent)}"
        problems.append(Problem(text, prevents_training=True))
    absent = [package for package in WINDOW if versions[package] is None]
    if absent:
        problems.append(Problem(f"The window: {', '.join(absent)}; to install: {installing.of_packages(absent)}"))
    return [f"{package} {version or 'is not installed'}" for package, version in versions.items()]


def _devices(problems: list[Problem]) -> list[str]:
    try:
        torch = importlib.import_module("torch")
        engine = importlib.import_module("ganstudio.training.device.hardware")
        nvidia = importlib.import_module("ganstudio.training.device.nvidia")
    except Exception as error:  # a package that is there may raise anything as it is imported
        if installed_version("torch"):
            text = installing.explain(error) or f"PyTorch does not load ({error}): {installing.repair('torch')}"
            problems.append(Problem(f"Training: {text}", prevents_training=True))
        return ["unknown without PyTorch"]
    lines = []
    for name in engine.devices():
        if problem := engine.trial.trouble(name):
            problems.append(Problem(f"{problem} Training takes the processor"))
            lines.append(f"{name}: does not work with this PyTorch")
            continue
        device = torch.device(name)
        speaks = "computes bfloat16" if engine.native_bfloat16(device) else "no fast bfloat16"
        cores = f", {usable_cores()} cores" if name == "cpu" else ""
        lines.append(f"{name}: {engine.device_name(device)}{cores}, {speaks}")
    if advice := nvidia.advice():
        problems.append(Problem(f"A GPU: {advice}"))
    return lines


def _data(problems: list[Problem]) -> list[str]:
    try:
        catalog = importlib.import_module("ganstudio.data.catalog")
    except Exception as error:
        return [f"unknown: {installing.explain(error) or error}"]
    home = paths.data_home()
    lines = [f"in {home}"] if not homes.is_nowhere(home) else ["nowhere: name a folder with --data or GANSTUDIO_DATA"]
    for name in catalog.list_names():
        try:
            state = catalog.state(name)
        except StudioError as error:
            problems.append(Problem(f"{name}: {error}"))
            continue
        lines.append(f"{name}: {state.state}")
        if state.state == catalog.Availability.DOWNLOADABLE:
            lines[-1] += f" (ganstudio datasets download {name})"
    return lines


def _runs(problems: list[Problem]) -> list[str]:
    try:
        home = paths.runs_home()
    except StudioError as error:
        text = str(error)
        problems.append(Problem(f"A folder for runs: {text[0].lower()}{text[1:]} {error.at_prompt}"))
        return ["nowhere"]
    if is_writable(home):
        return [f"in {home}"]
    text = f"A folder for runs: {home} cannot be written; choose another one with --out or GANSTUDIO_RUNS"
    problems.append(Problem(text))
    return [f"in {home}, which cannot be written"]


def is_writable(folder: Path) -> bool:
    """Return whether `folder`, or the nearest one above it that exists, can be written."""
    try:
        existing = next(path for path in (folder, *folder.absolute().parents) if exists(path))
    except OSError:  # a folder on the way cannot be entered
        return False
    return is_folder(existing) and os.access(existing, os.W_OK | os.X_OK)


def _window(problems: list[Problem]) -> list[str]:
    packages = missing_packages()
    if packages:
        problems.append(Problem(f"The window: system libraries; to install: {install_command(packages)}"))
    problem = display_problem()
    if problem is not None:
        problems.append(Problem(f"The window: {problem}; `ganstudio train` needs none"))
    return [f"display: {display_name() or 'none'}"]


def _extras() -> list[str]:
    """Return what some formats of `ganstudio export` need; it is not reported as missing."""
    lines = []
    for kind in formats.FORMATS.values():
        if kind.extra is None:
            continue
        packages = files.EXTRAS[kind.extra]
        here = ", ".join(f"{name} {installed_version(name)}" for name in packages)
        absent = files.missing_packages(kind.extra)
        lines.append(f"{kind.name}: {f'to install: {files.install_command(kind.extra)}' if absent else here}")
    return lines


def missing_libraries() -> list[str]:
    """Return the Debian packages of system libraries that Qt needs and this computer lacks; none except on Linux."""
    if sys.platform != "linux":
        return []
    return [package for library, package in SYSTEM_LIBRARIES.items() if not _loads(library)]


def missing_packages() -> list[str]:
    """Return `missing_libraries`, and a font if there is none."""
    fonts = [FONT_PACKAGE] if sys.platform == "linux" and not _has_font() else []
    return missing_libraries() + fonts


def install_command(packages: list[str]) -> str:
    """Return the command that installs packages on Debian and its relatives."""
    return "sudo apt-get install " + " ".join(packages)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font() -> bool:
    folders = [expand(folder) for folder in FONT_FOLDERS]
    return any(next(folder.rglob("*.[to]tf"), None) for folder in folders if is_folder(folder))
