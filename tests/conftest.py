"""Every test in a home of its own; a thread that outlives its test fails it."""

import gc
import os
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DOCUMENTS_DIR")

# Property tests: the same few examples in every run; `make fuzz` takes many, by the seed that it prints. A test that
# gave its own number of examples would take as many in both, so none does. What a run found is repeated by its seed,
# not by a database of examples. A fixture is shared by the examples of a test, which then writes its files anew.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "ganstudio-hypothesis")
_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
settings.register_profile(
    "few", max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=_SLOW_IS_FINE
)
settings.register_profile(
    "fuzz",
    settings.get_profile("few"),
    max_examples=int(os.environ.get("EXAMPLES", "1000")),
    derandomize=False,
    print_blob=True,
)
settings.load_profile("few")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays, and so do the modules: the collector goes through neither, then or in any test."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


# Folders and files with tests of many seconds.
_LONG = {"walk", "test_multiprocess.py", "test_processes.py", "test_process_group.py", "test_game.py", "test_app.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest tests first: the other processes would wait for one that comes last."""
    items.sort(key=lambda item: _LONG.isdisjoint(item.path.parts))


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
