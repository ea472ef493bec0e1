"""What `import ganstudio` offers, and the script of the README."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ganstudio

ROOT = Path(__file__).resolve().parents[1]

BLOCK = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {names}:
            raise ModuleNotFoundError(f"imported without need: {{name}}", name=name)

sys.meta_path.insert(0, Blocked())
"""


def run(script: str, folder: Path, *blocked: str) -> subprocess.CompletedProcess[str]:
    """`script` in a process of its own, in `folder`, where these packages are not to be imported."""
    command = [sys.executable, "-c", BLOCK.format(names=blocked) + script]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)


def test_importing_it_imports_nothing_heavy(tmp_path: Path) -> None:
    script = """
before = set(sys.modules)
import ganstudio
assert {name for name in set(sys.modules) - before if "." in name and name.startswith("ganstudio")} == set()
assert set(ganstudio.__all__) <= set(dir(ganstudio))
config = ganstudio.change(ganstudio.presets.load("mnist-quick").config, "steps", 3)
assert isinstance(config, ganstudio.RunConfig)
assert isinstance(ganstudio.load_dataset("digits", size=28, channels=1), ganstudio.Dataset)
assert ganstudio.RunFolder.open and ganstudio.events.Tick
"""
    done = run(script, tmp_path, "torch", "torchvision", "PySide6", "pyqtgraph")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [each for each in ganstudio.__all__ if each != "__version__"])
def test_every_name_is_there_and_explained(name: str) -> None:
    assert getattr(ganstudio, name).__doc__
    assert re.search(rf"\b{name}\b", ganstudio.__doc__ or "")


def test_what_is_not_offered_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'trainer_of_cats'"):
        ganstudio.trainer_of_cats  # noqa: B018


def test_type_checkers_see_the_same() -> None:
    tree = ast.parse((ROOT / "ganstudio" / "__init__.py").read_text())
    (guarded,) = (each for each in tree.body if isinstance(each, ast.If))
    seen = {}
    for each in guarded.body:
        assert isinstance(each, ast.ImportFrom)
        (name,) = each.names
        seen[name.asname] = f"{each.module}.{name.name}"
    offered = {name: getattr(ganstudio, name) for name in ganstudio.__all__ if name != "__version__"}
    assert seen.keys() == offered.keys()
    for name, path in seen.items():
        module, _, inner = path.rpartition(".")
        assert offered[name] is getattr(sys.modules[module], inner)


def test_script_of_the_readme_runs(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"## As a library\n.*?```python\n(.*?)```", text, re.DOTALL)
    assert sum(1 for line in script.splitlines() if line.strip()) == 10
    short = script.replace('"steps", 300', '"steps", 4')
    assert short != script
    check = """
import torch
assert G(torch.randn(5, config.network.z_size)).shape == (5, 1, 28, 28)
assert not G.training
assert pictures.shape == (100, 28, 28) and pictures.dtype.name == "uint8"
"""
    done = run(short + check, tmp_path, "PySide6", "pyqtgraph")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"step 4: D \d+\.\d+, G \d+\.\d+", done.stdout.splitlines()[-1])
    assert ganstudio.RunFolder.open(tmp_path / "my-run").status() == "finished"
