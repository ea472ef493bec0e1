"""What runs before the window is painted does not import torch, which takes seconds."""

import subprocess
import sys

import pytest

FLOOR = (
    "config",
    "events",
    "presets",
    "images",
    "errors",
    "system.paths",
    "data.catalog",
    "runs.folder",
    "latent.models",
    "latent.paths",
    "latent.prepare",
    "cli",
    "doctor",
    "commands.bench",
    "commands.export",
    "export.formats",
    "export.curves",
    "export.tensorboard",
    "export.job",
    "commands.classifier",
    "commands.evaluate",
    "commands.explain",
)

BLOCK = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "torchvision"):
            raise ModuleNotFoundError(f"imported too early: {name}", name=name)

sys.meta_path.insert(0, Blocked())
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BLOCK + script]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", FLOOR)
def test_module_imports_without_torch(name: str) -> None:
    done = run(f"import ganstudio.{name}")
    assert done.returncode == 0, done.stderr


def test_window_is_made_without_torch() -> None:
    pytest.importorskip("PySide6")
    done = run("import ganstudio.commands.open, ganstudio.gui.app, ganstudio.gui.window.main_window")
    assert done.returncode == 0, done.stderr


def test_listing_data_sets_needs_no_torch() -> None:
    done = run("from ganstudio.cli import main; sys.exit(main(['datasets']))")
    assert done.returncode == 0, done.stderr
    assert "mnist" in done.stdout
