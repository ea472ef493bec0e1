"""Whether a window can open is known before Qt, which would abort the program, is asked."""

import socket
import sys
from pathlib import Path

import pytest

from ganstudio.system import displays

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a desktop")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No display of any kind."""
    x11, wayland = ("DISPLAY", "QT_QPA_PLATFORM"), ("WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XDG_RUNTIME_DIR")
    for name in (*x11, *wayland, "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({}, "there is no display"),
        ({"DISPLAY": ":4711"}, "the display :4711 does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "/tmp"}, "the Wayland display wayland-9 does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-9"}, "WAYLAND_DISPLAY is set, but XDG_RUNTIME_DIR is not"),
        (
            {"WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": "/", "DISPLAY": ":4711"},
            "the Wayland display w does not answer",
        ),
        (
            {"XDG_SESSION_TYPE": "wayland", "XDG_RUNTIME_DIR": "/"},
            "the Wayland display wayland-0 does not answer",
        ),
        ({"QT_QPA_PLATFORM": "nonsense"}, "QT_QPA_PLATFORM names nonsense, and Qt has only "),
        ({"QT_QPA_PLATFORM": "nonsense;wayland-egl"}, "QT_QPA_PLATFORM names nonsense"),
        ({"QT_QPA_PLATFORM": "offscreen"}, None),
        ({"QT_QPA_PLATFORM": "vnc:size=9x9"}, None),
        ({"QT_QPA_PLATFORM": "nonsense;minimal"}, None),
    ],
    ids=str,
)
def test_problems(variables: dict[str, str], problem: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(displays, "_bundled_platforms", lambda: ["minimal", "offscreen", "vnc", "wayland", "xcb"])
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    told = displays.display_problem()
    assert told == problem if problem is None else (told or "").startswith(problem)


@pytest.mark.parametrize("absolute", [False, True])
def test_a_compositor_that_listens_is_enough(absolute: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "w") if absolute else "w")
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind("w")
        compositor.listen()
        assert displays.display_problem() is None


def test_a_platform_that_does_not_start_is_tried_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(displays, "_bundled_platforms", lambda: ["linuxfb"])
    monkeypatch.setenv("QT_QPA_PLATFORM", "linuxfb")
    monkeypatch.setattr(displays, "_TRIAL", "import os; os.abort() if os.environ['QT_QPA_PLATFORM'] else 0")
    assert displays.display_problem() == (
        "QT_QPA_PLATFORM names linuxfb, which does not start on this computer; unset it"
    )
    monkeypatch.setattr(displays, "_TRIAL", "")
    assert displays.display_problem() is None


def test_qt_brings_the_platforms_that_are_asked_for() -> None:
    pytest.importorskip("PySide6")
    assert {"offscreen", "wayland", "xcb"} <= set(displays._bundled_platforms())
