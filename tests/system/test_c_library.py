"""The C library is searched before another thread can load one."""

import ctypes
import sys

import pytest

from ganstudio.system import c_library, heap, libraries

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc, or one like it")


def test_nothing_is_opened_or_looked_up_later(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Another thread that imports torch would keep that waiting, and with it all who want Python's lock."""

    def fail(*arguments: object) -> None:
        raise AssertionError("too late")

    for kind in (ctypes.CDLL, ctypes.PyDLL):
        monkeypatch.setattr(kind, "__init__", fail)
    monkeypatch.setattr(ctypes.CDLL, "__getattr__", fail)
    heap.give_back()
    libraries.load([tmp_path / "none.so"])


def test_the_calls_of_the_heap_keep_pythons_lock() -> None:
    assert isinstance(c_library.HELD, ctypes.PyDLL)
    assert not isinstance(c_library.FREE, ctypes.PyDLL)
