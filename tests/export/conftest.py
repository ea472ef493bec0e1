import sys
from pathlib import Path

import pytest

from ganstudio.runs.folder import RunFolder
from support import export
from support.export import Block


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run that no test changes."""
    return export.run(tmp_path_factory.mktemp("runs") / "tiny-run")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def block(monkeypatch: pytest.MonkeyPatch) -> Block:
    """Makes the import of a package fail, as if it were not installed."""

    def blocked(package: str) -> None:
        for name in [each for each in sys.modules if each.split(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, package, None)

    return blocked
