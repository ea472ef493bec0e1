"""Every test in a home of its own; a thread that outlives its test fails it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DOCUMENTS_DIR")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest tests first: the other processes would wait for one that comes last."""
    items.sort(key=lambda item: "walk" not in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the person who runs the tests is read or written; once, because Qt remembers what it saw first."""
    with pytest.MonkeyPatch.context() as patch:
        for name in HOMES:
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data sets and runs of one test, in folders that are not there yet."""
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "data-home"))
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path / "runs-home"))
    monkeypatch.delenv("GANSTUDIO_DEBUG", raising=False)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    give_up = time.monotonic() + 5.0
    while left := _threads_since(before):
        if time.monotonic() > give_up:
            pytest.fail(f"threads left running: {', '.join(thread.name for thread in left)}")
        time.sleep(0.01)


def _threads_since(before: set[threading.Thread]) -> list[threading.Thread]:
    """New threads that run; a thread that Python did not start (Qt's) stays listed after its end."""
    return [
        each
        for each in threading.enumerate()
        if each not in before and not isinstance(each, threading._DummyThread) and each.is_alive()
    ]
