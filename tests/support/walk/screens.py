"""Screens to walk on: none but in memory, or an X server of our own with a window manager."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WANTED = {"Xvfb": "xvfb", "openbox": "openbox"}  # program -> Debian's package


@dataclass(frozen=True)
class Screen:
    """A screen of that many pixels, the scale that the user set, and the passes that runner.py makes on it."""

    width: int
    height: int
    scale: float
    passes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.width}x{self.height} at {self.scale:g}"


def missing_packages() -> list[str]:
    """Debian's packages of what a walk on a real screen needs and this computer lacks; none where it is not Linux."""
    if sys.platform != "linux":
        return []
    return [package for program, package in WANTED.items() if shutil.which(program) is None]


def lacking() -> str:
    """Why there is no walk on a real screen, in a sentence; "" where there is one."""
    if sys.platform != "linux":
        return "only Linux has an X server that can be started for a test"
    packages = missing_packages()
    return f"no X server to show the window on: sudo apt-get install {' '.join(packages)}" if packages else ""


@contextmanager
def in_memory(screen: Screen, folder: Path) -> Iterator[dict[str, str]]:
    """What the environment of a program must say to be shown offscreen."""
    one = {"name": "screen", "x": 0, "y": 0, "width": screen.width, "height": screen.height, "dpr": 1}
    dense = {"logicalDpi": 96, "logicalBaseDpi": 96}
    file = folder / "screen.json"
    file.write_text(json.dumps({"screens": [one | dense]}))
    yield {"QT_QPA_PLATFORM": f"offscreen:configfile={file}", "QT_SCALE_FACTOR": str(screen.scale)}


@contextmanager
def on_x(screen: Screen) -> Iterator[dict[str, str]]:
    """The same on an X server that starts for it, under openbox."""
    reading, writing = os.pipe()
    size = f"{screen.width}x{screen.height}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    manager = None
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()  # once it takes connections; "" where it ended
        assert number, "Xvfb did not start"
        found = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": str(screen.scale)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        manager = subprocess.Popen(["openbox", "--sm-disable"], env=os.environ | found, **quiet)
        _await_manager(manager)
        yield found
    finally:
        for each in filter(None, (manager, server)):
            each.terminate()
            each.wait(10)


def _await_manager(manager: subprocess.Popen[bytes]) -> None:
    """It has no word for being ready; a program shown before that gets its frame a moment later."""
    time.sleep(0.5)
    assert manager.poll() is None, "openbox did not start"


if __name__ == "__main__":
    print(*missing_packages())  # for the Makefile
