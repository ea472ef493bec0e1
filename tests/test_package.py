"""A wheel holds all that the program needs, and finds it away from the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = """
import sys
from pathlib import Path
import ganstudio
from ganstudio import presets
from ganstudio.system import paths
from ganstudio.cli import main
from ganstudio.data import catalog
print(Path(ganstudio.__file__).parent)
print(paths.resources())
print(len(presets.names()))
print(catalog.load("digits", size=28, channels=1).images.shape)
sys.exit(main(["--version"]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_wheel_holds_every_resource_and_no_test(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert there
    assert {f"ganstudio/{name}" for name in there} <= names
    assert "ganstudio/py.typed" in names
    assert not [name for name in names if name.startswith("tests/")]


def test_installed_wheel_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # all that an installer does with a pure wheel's package
    # -I: neither this folder nor PYTHONPATH; the checkout's own .pth is read, so the wheel must come first.
    start = f"import sys; sys.path.insert(0, {str(site)!r})\n"
    command = [sys.executable, "-I", "-c", start + SCRIPT]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    package, resources, presets, shape, version = done.stdout.splitlines()
    assert Path(package) == site / "ganstudio"
    assert Path(resources) == site / "ganstudio" / "resources"
    assert int(presets) >= 5
    assert shape == "(1797, 28, 28)"
    assert version.startswith("GAN Studio ")


def test_checkout_finds_its_resources() -> None:
    from ganstudio.system import paths

    assert (paths.resources() / "presets" / "mnist-quick.toml").is_file()


def test_commands_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "ganstudio = ganstudio.__main__:main" in archive.read(entry).decode()
        (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
        text = archive.read(metadata).decode()
    assert "Provides-Extra: gui" in text
    assert "License-Expression: MIT AND CC-BY-SA-3.0 AND CC-BY-4.0\n" in text
    assert "License-File: resources/MNIST/CREDITS.txt\n" in text
