"""Nothing is ever hidden: all states of the window, in several sizes, scales and themes, shown twice."""

import importlib
import pkgutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QWidget

import ganstudio.gui
from support.walk import stage, states, warm
from support.walk.screens import Screen, in_memory, lacking, on_x
from support.walk.stage import Stage

_LONGEST = 110  # s: a slow machine that does much else

# Each size is shown twice, dark and light in turn; scale 1.5 as of a screen of 1920x1080, 2 as of one of 2732x1536.
SMALL = Screen(1024, 768, 1.0, ("900x600:dark", "900x600:light"))
DENSE = Screen(2732, 1536, 2.0, ("1366x740:dark", "1366x740:light"))
SCREENS = (
    Screen(1366, 768, 1.0, ("1366x740:dark", "1366x740:light")),
    Screen(1024, 768, 1.0, ("1024x740:light", "1024x740:dark")),
    Screen(1920, 1080, 1.5, ("1280x692:light", "1280x692:dark")),
    SMALL,
    DENSE,
)
# On an X server a frame takes some of the width. What is walked there is not walked in memory, too.
ON_X = (SMALL, Screen(2732, 1536, 2.0, ("1362x740:dark", "1362x740:light")))

# Widgets that no state shows, and why.
NEVER_ALONE = {
    "Card": "errors, notices and downloads are made from it",
    "FittingDialog": "dialogs are made from it",
    "DoubleSpinBox": "the fields for numbers are made from it",
    "DecimalBox": "the fields for numbers are made from it",
    "PlaneWidget": "the lab is made from it",
    "Screen": "a process paints it while a run of points trains: gui/lab/test_live_pictures.py",
    "SidePlot": "the small plots of the smallest GAN are made from it",
    "SpinBox": "the fields for integers, pages and seeds are made from it",
    "TopLevel": "the main window is made from it",
}


@pytest.fixture
def home() -> Iterator[Path]:
    """With a name about as long as a user's: paths are shown in the window."""
    with tempfile.TemporaryDirectory(prefix="walk-") as folder:
        yield Path(folder)


@pytest.mark.timeout(_LONGEST + 10)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen}, {screen.passes[0]}")
def test_nothing_is_hidden(screen: Screen, home: Path) -> None:
    if screen in (SMALL, DENSE) and not lacking():
        pytest.skip("it is walked on a real screen")
    with in_memory(screen, home) as where:
        _walk(where, screen, home)


@pytest.mark.timeout(_LONGEST + 10)
@pytest.mark.parametrize("screen", ON_X, ids=str)
def test_nothing_is_hidden_on_a_real_screen(screen: Screen, home: Path) -> None:
    if words := lacking():
        pytest.skip(words)
    with on_x(screen) as where:
        _walk(where, screen, home)


def _walk(where: dict[str, str], screen: Screen, home: Path) -> None:
    told = walk(where, screen, home)
    assert told["states"] == len(states.STATES)
    assert not told["faults"], in_words(told["faults"])
    if screen.width < 1120:
        return  # docks are tabs there, without titles of their own
    assert not (unseen := sorted(set(_widgets()) - set(told["seen"]) - NEVER_ALONE.keys())), (
        f"no state in states.py shows these: {', '.join(unseen)}"
    )


def walk(where: dict[str, str], screen: Screen, home: Path) -> dict:
    """What runner.py tells of a walk on that screen."""
    for name in ("docs", "runs-home", "data-home"):
        (home / name).mkdir(exist_ok=True)
    own = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    own |= {"HOME": str(home), "XDG_DOCUMENTS_DIR": str(home / "docs"), "OMP_NUM_THREADS": "1"}
    own |= {"GANSTUDIO_DATA": str(home / "data-home"), "GANSTUDIO_RUNS": str(home / "runs-home")}
    return warm.walk(where | own, home, screen.passes, _LONGEST)


class _NotYetSettled(Stage):
    """On a screen whose window manager is busy."""

    def __init__(self, home: Path, platform: str) -> None:
        super().__init__(SimpleNamespace(platformName=lambda: platform), home, window=SimpleNamespace())
        self.settled = 0

    def settle(self) -> None:
        self.settled += 1


def test_a_fault_is_one_that_stays_when_the_window_manager_has_answered(home: Path, monkeypatch) -> None:
    monkeypatch.setattr(stage, "_FOR_AN_ANSWER", 0.12)
    slow = _NotYetSettled(home, "xcb")
    answers = iter([["beyond the screen", "scrolls"], ["scrolls"], []])
    assert slow.what_stays(lambda: next(answers)) == []
    assert slow.settled == 2
    assert slow.what_stays(lambda: ["cut"]) == ["cut"]
    assert slow.settled > 2
    only_one = iter([["cut"]])
    assert _NotYetSettled(home, "offscreen").what_stays(lambda: next(only_one)) == ["cut"]


def test_a_walk_with_faults_everywhere_comes_to_its_end(home: Path, monkeypatch) -> None:
    monkeypatch.setattr(stage, "_FOR_ALL_ANSWERS", 0.0)
    hurried = _NotYetSettled(home, "xcb")
    assert hurried.what_stays(lambda: ["cut"]) == ["cut"]
    assert hurried.settled == 0


def in_words(faults: list[dict[str, str]]) -> str:
    """Each fault once, with the places it was met at."""
    found: dict[tuple[str, ...], list[str]] = {}
    for each in faults:
        where = f"{each['state']} ({each['size']}, {each['theme']}, showing {each['showing']})"
        found.setdefault((each["kind"], each["widget"], each["words"]), []).append(where)
    lines = [
        f"{': '.join(filter(None, what))}\n    {len(places)} times: {'; '.join(places[:3])}"
        for what, places in found.items()
    ]
    return "\n".join([f"{len(found)} faults:", *lines])


def _widgets() -> Iterator[str]:
    """Names of all widgets that the window is made of."""
    for module in pkgutil.walk_packages(ganstudio.gui.__path__, "ganstudio.gui."):
        for each in vars(importlib.import_module(module.name)).values():
            if isinstance(each, type) and issubclass(each, QWidget) and each.__module__ == module.name:
                yield each.__name__
