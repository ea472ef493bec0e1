"""The map of the code (ganstudio/README.md) is true: folders, floors, files and walks."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ganstudio"
MAP = (PACKAGE / "README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^##+ ([^\n]+)\n(.*?)(?=^##|\Z)", MAP, flags=re.M | re.S))
MAX_WALK = {"A setting": 20, "A batch": 26, "A slider": 14}  # files


def walk(name: str) -> list[str]:
    """Return the files of a walk, in order."""
    [text] = [text for title, text in SECTIONS.items() if title.startswith(name)]
    steps = text[text.index("1. ") :]
    return re.findall(r"`([\w/]+\.py)`", re.sub(r"\([^)\d][^)]*\)", "", steps.split("\n\n")[0]))


def imports(name: str) -> set[str]:
    """Return the files of the package that a file imports from, at its top or later."""
    source = (PACKAGE / name).read_text(encoding="utf-8")
    found: set[str] = set()
    for module, names in re.findall(r"from ganstudio([\w.]*) import (\([^)]*\)|[^\n]*)", source):
        place = module.strip(".").replace(".", "/")
        for each in {"", *re.findall(r"\w+", names)}:
            path = "/".join(filter(None, (place, each)))
            found |= {f"{path}.py", f"{path}/__init__.py"}
    return {each for each in found if (PACKAGE / each).is_file()}


def test_every_folder_is_on_the_map_and_begins_where_it_says() -> None:
    rows = re.findall(r"^\| `([\w/]+)/` \| ([^|]+) \| ([^|]+) \|$", SECTIONS["Rooms"], flags=re.M)
    folders = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")} - {"."}
    assert {folder for folder, *_ in rows} == folders
    for folder, _, files in rows:
        for name in re.findall(r"`(\w+\.py)`", files):
            assert (PACKAGE / folder / name).is_file(), f"{folder}/{name}"


def test_floors_are_those_that_are_checked() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = config["tool"]["importlinter"]["contracts"][0]
    checked = [{name.strip() for name in layer.split(":")} for layer in contract["layers"]]
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", SECTIONS["Floors"], flags=re.M)
    shown = [set(re.findall(r"`(\w+)`", names)) for _, names in rows]
    assert shown[:-1] == checked[:-1]
    assert shown[-1] <= checked[-1]
    assert [int(floor) for floor, _ in rows] == list(range(len(checked) - 1, -1, -1))


def test_every_file_that_is_named_exists() -> None:
    names = set(re.findall(r"`((?:\w+/)*\w+\.py)`", MAP))
    known = {path.name for path in PACKAGE.rglob("*.py")}
    missing = [
        name
        for name in names
        if not (PACKAGE / name).is_file() and not (ROOT / name).is_file() and ("/" in name or name not in known)
    ]
    assert not missing


@pytest.mark.parametrize("name", MAX_WALK)
def test_a_walk_is_short_and_each_file_on_it_meets_another(name: str) -> None:
    files = walk(name)
    assert len(files) == len(set(files)) <= MAX_WALK[name]
    alone = [
        each
        for each in files
        if not any(other in imports(each) or each in imports(other) for other in files if other != each)
    ]
    assert not alone


def test_contributing_names_files_that_exist() -> None:
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:tests|runs|gui|training)/[\w/]+\.py)`", text):
        assert (ROOT / name).is_file() or (PACKAGE / name).is_file(), name
