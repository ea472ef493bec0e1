"""A user's names for runs are used everywhere, and a new one at once."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.runs import labels
from ganstudio.runs.folder import Label, RunFolder, RunInfo
from ganstudio.runs.labels import display_name, file_name
from support.panels import SMALL, grid, snapshot, tick
from support.window import WAIT

PARENT, CHILD = "2026-01-01_120000_mnist", "2026-01-02_120000_mnist"


def make_run(path: Path, title: str, parent: str = "") -> Path:
    """A run on disk, without training, that has a name."""
    folder = RunFolder.create(path, SMALL, RunInfo.now(SMALL, parent, 240 if parent else 0))
    folder.append(tick(30))
    folder.save_samples(grid(30))
    Path(snapshot(path, 30).path).rename(folder.snapshot_path(30))
    folder.set_label(Label(title))
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    home = tmp_path / "runs"
    monkeypatch.setenv("GANSTUDIO_RUNS", str(home))
    make_run(home / PARENT, "built-in digits")
    make_run(home / CHILD, "G faster", PARENT)
    return home


def test_a_name_is_the_title_else_the_folder(home: Path, tmp_path: Path) -> None:
    assert display_name(home / CHILD) == "G faster"
    labels.write(home / CHILD, Label())
    assert display_name(home / CHILD) == CHILD
    assert display_name(tmp_path / "gone") == "gone"
    assert file_name("G faster: D/2?") == "G-faster-D-2"
    assert file_name("größer 2") == "größer-2"
    assert file_name("...") == "run"


def test_the_open_runs_name_stands_everywhere_and_changes_at_once(open_window, qtbot, home: Path) -> None:
    window = open_window(run=home / CHILD)
    qtbot.waitUntil(lambda: bool(window.model.snapshots), timeout=WAIT)
    window.actions_["export"].trigger()
    dialog = window.dialogs["export"]
    explorer = window.latent.findChildren(QLabel)

    def said(name: str, parent: str) -> bool:
        return (
            window.windowTitle() == f"{name}, branch of {parent} at step 240 \N{EN DASH} GAN Studio"
            and any(each.text() == f"generator of step 30 · {name}" for each in explorer)
            and dialog.destination.name.text().startswith(file_name(name))
        )

    qtbot.waitUntil(lambda: said("G faster", "built-in digits"), timeout=WAIT)
    window.runs.run_thread.relabel(home / CHILD, title="G at 0.004")
    qtbot.waitUntil(lambda: said("G at 0.004", "built-in digits"), timeout=WAIT)
    window.runs.run_thread.relabel(home / PARENT, title="first")
    qtbot.waitUntil(lambda: said("G at 0.004", "first"), timeout=WAIT)
    window.menus.recent.aboutToShow.emit()
    (recent,) = window.menus.recent.actions()
    assert (recent.text().replace("&", ""), recent.toolTip()) == ("G at 0.004", as_tip(str(home / CHILD)))
