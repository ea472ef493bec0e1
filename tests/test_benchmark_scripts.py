"""Each script in tests/benchmarks can be imported, and what it imports from ganstudio exists.

`mypy` checks the attributes of objects, too; this test is in the suite and costs no more than the imports.
"""

import ast
import contextlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parent / "benchmarks"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.fixture
def folder_of_scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the scripts where they are imported from when one is started; forget them afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    before = {name: sys.modules.pop(name) for name in SCRIPTS if name in sys.modules}
    yield
    for name in SCRIPTS:
        sys.modules.pop(name, None)
    sys.modules.update(before)


def missing_names(source: str) -> list[str]:
    """Return what a script imports from ganstudio, also inside functions, or reads from its modules in vain."""
    tree = ast.parse(source)
    missing: list[str] = []
    modules: dict[str, ModuleType] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "ganstudio":
            package = importlib.import_module(node.module)
            for alias in node.names:
                if not has_name(package, alias.name):
                    missing.append(f"{node.module}.{alias.name}")
                elif isinstance(value := getattr(package, alias.name), ModuleType):
                    modules[alias.asname or alias.name] = value
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            module = modules[node.value.id]
            if not has_name(module, node.attr):
                missing.append(f"{module.__name__}.{node.attr}")
    return missing


def has_name(module: ModuleType, name: str) -> bool:
    """Return whether a module has an attribute or a submodule of this name."""
    if not hasattr(module, name):
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(f"{module.__name__}.{name}")
    return hasattr(module, name)


def test_every_script_can_be_imported(folder_of_scripts: None) -> None:
    for name in SCRIPTS:
        assert Path(str(importlib.import_module(name).__file__)) == FOLDER / f"{name}.py"


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_script_takes_from_ganstudio_exists(name: str) -> None:
    assert missing_names((FOLDER / f"{name}.py").read_text(encoding="utf-8")) == []


def test_missing_names_are_found() -> None:
    source = (
        "from ganstudio import presets, nothing\ndef f(): from ganstudio.text import gone; presets.load; presets.lost"
    )
    assert missing_names(source) == ["ganstudio.nothing", "ganstudio.text.gone", "ganstudio.presets.lost"]
