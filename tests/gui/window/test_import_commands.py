"""Pictures that are dropped on the window, or imported by its menu: the set is chosen for the next run, and trains."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.errors import ConfigError
from ganstudio.gui.imports.dialog import Stage, TrainingChoice
from ganstudio.gui.window.main_window import MainWindow
from support.picture_folder import classes, save
from support.walk import stage
from support.window import WAIT, reach


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    place = window.rect().center()
    QApplication.sendEvent(window, QDragEnterEvent(place, copy, data, Qt.MouseButton.LeftButton, none))
    assert window.run_drop.hint.text() == f"Drop to import the pictures in {path.name}"
    QApplication.sendEvent(window, QDropEvent(QPointF(place), copy, data, Qt.MouseButton.LeftButton, none))


def import_all(window: MainWindow, qtbot) -> None:
    dialog = window.dialogs["import"]
    qtbot.waitUntil(lambda: dialog.stage == Stage.CHOOSING, timeout=WAIT)
    dialog.footer.import_button.click()
    qtbot.waitUntil(lambda: dialog.stage == Stage.DONE, timeout=WAIT)


def refuse(*_: object) -> None:
    raise ConfigError("It does not fit.")


def test_a_folder_that_is_dropped_is_imported_chosen_and_trained(open_window, qtbot, tmp_path, monkeypatch):
    window = open_window()
    said: list[str] = []
    window.session.notifier.noticed.connect(lambda notice: said.append(notice.text if notice else ""))
    with monkeypatch.context() as patched:
        patched.setattr("ganstudio.data.dataset_switch.switch_dataset", refuse)
        window.import_commands._offer(TrainingChoice("one"))
    assert said == ["one is imported, but not chosen for the next run: It does not fit."]
    drop(window, classes(tmp_path / "pets", ("ant", "bee"), 16))
    window.dialogs["import"].form.mirror.setChecked(True)
    import_all(window, qtbot)
    config = window.model.config
    assert (config.data.name, config.data.sides, config.data.channels) == ("pets", (8, 8), 3)
    assert config.stabilise.mirror is window.dialogs["import"].form.mirror.isChecked()
    assert window.findChild(QComboBox, "datasetCombo").currentData() == "pets"
    assert window.findChild(QLabel, "datasetLabel").accessibleName() == "32 8x8, colour, ready"
    assert "pets is imported, and chosen for the next run." in said
    window.session.imports.ended.emit("pets", "done", None)  # an update, while no dialog shows it
    assert said[-1] == "pets is up to date."
    window.model.close_run(cfg.change(config, "optimizer.batch_size", 8))
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    assert window.model.started.data_count == 32


def test_beside_an_open_run_the_set_is_offered_and_the_run_stays(open_window, qtbot, tmp_path):
    window = open_window()
    stage.Stage.of(window, tmp_path / "runs").open("training")
    run = window.model.folder
    assert run is not None
    save(tmp_path / "one" / "a.png")
    save(tmp_path / "one" / "b.png", (0, 0, 9))
    window.actions_["importPictures"].trigger()
    dialog = window.dialogs["import"]
    assert dialog.stage == Stage.ASKING
    dialog.source_page.chosen.emit(tmp_path / "one")
    import_all(window, qtbot)
    assert (window.model.folder, window.model.status) == (run, "training")
    assert window.model.config.data.name == "digits"
    assert window.notice_bar.cards[-1].notice.choices[0][0] == "New run with it"
    assert catalog.find("one").count == 2
    window.notice_bar.cards[-1].notice.choices[0][1]()
    assert "set up a run with one?" in window.notice_bar.sentence.text()
