"""The commands that the program names for what is missing."""

import importlib
import importlib.metadata
import importlib.util
import shlex
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from ganstudio import doctor, report
from ganstudio.runs import info
from ganstudio.system import installing, log_file

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """What the metadata of an installed package requires."""
    lines = ["numpy>=1.26", 'av>=13; extra == "video"']
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    lines += [f'PySide6-Essentials<7; (python_version < "{here}") and extra == "gui"']
    lines += [f'PySide6-Essentials<8; (python_version >= "{here}") and extra == "gui"']
    monkeypatch.setattr(installing, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: lines)
    installing._requirements.cache_clear()
    yield lines
    installing._requirements.cache_clear()


def test_packages_are_named_with_the_versions_that_the_program_takes() -> None:
    assert shlex.split(installing.of_packages(["av", "tomli_w", "unheard-of"])) == [
        *(sys.executable, "-m", "pip", "install", "av>=13", "tomli-w>=1.1", "unheard-of"),
    ]


def test_an_installed_program_knows_them_too(installed: list[str]) -> None:
    assert installing.of_packages(["av"]).endswith("-m pip install 'av>=13'")
    assert installing.of_packages(["PySide6-Essentials"]).endswith("'PySide6-Essentials<8'")


def test_every_condition_of_our_requirements_is_understood() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    conditions = [condition for line in lines if (condition := line.partition(";")[2])]
    assert conditions
    assert all(installing._CONDITION.search(condition) for condition in conditions)


def test_windows_takes_no_sign_for_a_redirection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing.os, "name", "nt")
    monkeypatch.setattr(sys, "executable", r"C:\Program Files\python.exe")
    assert installing.of_packages(["av"]) == r'"C:\Program Files\python.exe" -m pip install "av>=13"'


def test_an_environment_of_uv_has_no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert installing.command("x") == f"uv pip install --python {sys.executable} x"


BROKEN = {"torn": "raise ValueError('half a file')", "gone": "import no_such_module", "ends": "1/0"}


@pytest.mark.parametrize("name", BROKEN)
def test_a_package_that_breaks_as_it_is_imported_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{name}.py").write_text(BROKEN[name])
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Exception) as caught:  # noqa: PT011
        importlib.import_module(name)
    sentence = installing.explain(caught.value) or ""
    assert sentence.startswith(f"{name} is installed, but does not load (")
    assert sentence.endswith(f"--force-reinstall {name}")


def test_a_missing_package_is_told_from_a_mistake_of_our_own() -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.import_module("PIL.no_such")
    assert (installing.explain(ModuleNotFoundError("no", name="fontTools.ttLib")) or "").startswith(
        "fonttools is missing"
    )
    assert (installing.explain(caught.value) or "").startswith("pillow ")
    assert installing.explain(ZeroDivisionError()) is None
    assert installing.explain(ModuleNotFoundError("no", name="ganstudio.nothing")) is None


def test_a_shell_reads_it_as_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/a place/python")
    assert shlex.split(installing.command("x[y]")) == ["/a place/python", "-m", "pip", "install", "x[y]"]


METADATA = {
    "absent": None,
    "whole": b"Name: torn-wheel\nVersion: 1.2\n",
    "cut": b"Name: torn-wheel\n",
    "no text": b"\xff\xfe\n",
}


@pytest.mark.parametrize("kind", METADATA)
def test_a_version_is_told_wherever_one_is_shown_even_if_metadata_is_damaged(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = METADATA[kind]
    if content is not None:
        folder = tmp_path / "torn_wheel-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    expected = {"absent": None, "whole": "1.2"}.get(kind, "(version unknown)")
    assert installing.installed_version("torn-wheel") == expected
    for place in (report, log_file, info):
        monkeypatch.setattr(place, "PACKAGES" if place is report else "_PACKAGES", ("torn-wheel",))
    monkeypatch.setattr(doctor, "ENGINE", ("torn-wheel",))
    said = f"torn-wheel {expected or 'is not installed'}"
    assert said in report._packages()
    assert said in doctor._packages([])
    assert ("torn-wheel" in log_file.versions()) == (expected is not None)
    assert info.versions().get("torn-wheel") == expected
