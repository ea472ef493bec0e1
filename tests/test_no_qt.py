"""Everything below the window imports where Qt is not installed."""

import subprocess
import sys

SCRIPT = """
import importlib, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"):
            raise ModuleNotFoundError(f"blocked: {name}", name=name)

sys.meta_path.insert(0, Blocked())
import ganstudio
names = [each.name for each in pkgutil.walk_packages(ganstudio.__path__, "ganstudio.", onerror=lambda name: None)]
core = [name for name in names if not name.startswith("ganstudio.gui") and name != "ganstudio.__main__"]
for name in core:
    importlib.import_module(name)
print(len(core))
"""


def test_core_imports_without_qt() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20
