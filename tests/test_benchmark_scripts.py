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


def test_the_table_of_modes_has_means_with_standard_errors_and_seeds_are_trained_once(
    folder_of_scripts: None, tmp_path: Path
) -> None:
    modes = importlib.import_module("modes")
    file = tmp_path / "results.jsonl"
    for seed, (found, hq) in enumerate([(8, 0.97), (7, 0.99), (8, 0.98)]):
        result = modes.Result("lab-ring-8", "", seed, found, hq, 0.01, 0.02, 0.003, 0.02, 0.01, steps=5, seconds=40.0)
        modes.append_result(file, result)
    results = modes.read_results(file)
    assert modes.seeds_to_do(results, "lab-ring-8", "", 5) == [3, 4]
    assert modes.seeds_to_do(results, "lab-ring-8", "--network.packing 2", 2) == [0, 1]
    assert modes.seeds_to_do(results, "lab-grid-25", "", 2) == [0, 1]
    table = modes.format_table("lab-ring-8", results)
    assert "| PacGAN2 | 7.9 | 95.6 | 0.07 |" in table
    assert "| GAN Studio | 7.67 ± 0.33 | 98.00 ± 0.58 | 0.0100 ± 0.0000 |" in table
    assert "| GAN Studio | 8.00 | 97.00 | 0.0100 |" in modes.format_table("lab-ring-8", results[:1])
