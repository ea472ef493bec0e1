"""Libraries are loaded while other threads of Python go on."""

import ctypes
import shutil
import subprocess
import sys
import threading
import time
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest
import torch  # noqa: F401 - as in the window, later

from ganstudio.system import libraries

# As it is loaded it waits, 5 s at most, until the test has set `go`; `went_on` says whether that came.
SLOW = """
#include <unistd.h>
#include <sys/stat.h>
int went_on = 0;
__attribute__((constructor)) static void wait_for_it(void) {
    struct stat found;
    for (int i = 0; i < 500 && !went_on; i++) { went_on = !stat("%s", &found); usleep(10000); }
}
"""


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_other_threads_go_on_while_a_library_is_loaded(tmp_path: Path) -> None:
    go, source, library = tmp_path / "go", tmp_path / "slow.c", tmp_path / "slow.so"
    source.write_text(SLOW % go)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    loads = threading.Event()

    def load() -> None:
        loads.set()
        libraries.load([tmp_path / "none.so", library])

    thread = threading.Thread(target=load)
    thread.start()
    loads.wait()
    time.sleep(0.05)
    go.touch()
    thread.join()
    assert ctypes.c_int.in_dll(ctypes.CDLL(str(library)), "went_on").value


def test_the_library_of_torch_is_loaded_unless_torch_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    monkeypatch.setattr(libraries, "load", lambda files: found.extend(file.stem for file in files))
    libraries.load_torch()
    assert not found
    monkeypatch.delitem(sys.modules, "torch")
    libraries.load_torch()
    assert "libtorch_cpu" in found


def test_the_extension_modules_of_a_package_are_loaded_before_its_import(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ending = EXTENSION_SUFFIXES[0]
    inner = tmp_path / "some_codec" / "inner"
    inner.mkdir(parents=True)
    for file in (inner.parent / "__init__.py", inner / f"core{ending}", inner / f"libvendor{ending}"):
        file.touch()
    (tmp_path / f"some_lone_module{ending}").touch()
    monkeypatch.syspath_prepend(tmp_path)
    found: list[str] = []
    monkeypatch.setattr(libraries, "load", lambda files: found.extend(file.name for file in files))
    libraries.load_package("some_codec")
    assert found == [f"core{ending}"]
    libraries.load_package("some_lone_module")
    assert found == [f"core{ending}", f"some_lone_module{ending}"]
    for name in ("json", "not_installed", "not_installed.either"):
        libraries.load_package(name)
    assert len(found) == 2
