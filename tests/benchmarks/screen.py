"""Display for benchmarks that open the window."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def display(size: str = "1366x768") -> Iterator[None]:
    """Provide the existing display, or a virtual one of `size` while the context lasts."""
    if os.environ.get("DISPLAY"):
        yield
        return
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{size}x24"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    os.environ["DISPLAY"] = ":" + server.stdout.readline().strip()
    try:
        yield
    finally:
        del os.environ["DISPLAY"]
        server.terminate()
        server.wait()
