"""Libraries are loaded while other threads of Python go on."""

import ctypes
import shutil
import subprocess
import sys
import threading
import time
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
