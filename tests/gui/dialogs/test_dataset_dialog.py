"""The dialog of data sets, and downloads behind it."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QPushButton, QScrollBar

from ganstudio.data import catalog
from ganstudio.data.pictures import stored
from ganstudio.errors import Cancelled, DataError, DownloadError
from ganstudio.events import Failed
from ganstudio.gui.dialogs.dataset_dialog import DatasetDialog
from ganstudio.gui.model.dataset_work import Outcome
from ganstudio.gui.model.downloads import Downloads
from ganstudio.gui.model.picture_imports import PictureImports
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.system import paths
from support.imports import bring_in
from support.picture_folder import classes, save


@pytest.fixture
def fetching(qapp):
    made = Downloads()
    yield made
    assert made.shut_down(5)
    qapp.processEvents()


@pytest.fixture
def imports(qapp):
    made = PictureImports()
    yield made
    assert made.shut_down(10)
    qapp.processEvents()


@pytest.fixture
def dialog(dressed, qtbot, fetching, imports) -> DatasetDialog:
    made = DatasetDialog(fetching, imports, None)
    qtbot.addWidget(made)
    made.show()
    return made


def test_rows_tell_state_size_and_licence(dialog):
    assert list(catalog.DATASETS) == ["digits", "mnist", "fashion-mnist", "kmnist", "cifar10"]
    kmnist = dialog.row("kmnist")
    assert kmnist.pictures.text() == "60,000 28x28 grey"
    assert kmnist.state.text() == "to download, 21.2 MB"
    assert kmnist.licence.text() == "CC BY-SA 4.0"
    assert kmnist.button.isVisible()
    assert dialog.row("mnist").state.text() == "built in, 11.4 MB"
    assert dialog.row("mnist").licence.text() == "CC BY-SA 3.0"
    for name in ("digits", "mnist"):
        assert dialog.row(name).state.text().startswith("built in")
        assert not dialog.row(name).button.isVisible()


def test_progress_and_cancel(dialog, fetching, qtbot, monkeypatch):
    told = threading.Event()

    def slow(name, home=None, *, progress, cancelled) -> Path:
        progress(25, 100)
        told.set()
        while not cancelled():
            told.wait(0.01)
        raise Cancelled

    monkeypatch.setattr(catalog, "download", slow)
    row = dialog.row("kmnist")
    row.button.click()
    qtbot.waitUntil(lambda: row.progress.value() == 250)
    assert row.button.text() == "Cancel"
    assert not dialog.row("fashion-mnist").button.isEnabled()
    with qtbot.waitSignal(fetching.ended) as ended:
        row.button.click()
    assert ended.args[:2] == ["kmnist", Outcome.CANCELLED]
    assert row.button.text() == "Download"
    assert row.message.text() == "The download was cancelled."
    assert row.message.isVisible()


def test_an_error_is_told_in_words(dialog, fetching, qtbot, monkeypatch):
    def offline(*args, **options) -> Path:
        raise DataError("There is no network.")

    monkeypatch.setattr(catalog, "download", offline)
    with qtbot.waitSignal(fetching.ended) as ended:
        dialog.row("cifar10").button.click()
    assert ended.args == ["cifar10", Outcome.FAILED, Failed("There is no network.")]
    row = dialog.row("cifar10")
    assert row.message.text() == "There is no network."
    assert (row.button.text(), row.button.isEnabled()) == ("Retry", True)


def test_an_unexpected_error_is_told_too(fetching, qtbot, monkeypatch, capsys):
    def broken(*args, **options) -> Path:
        raise RuntimeError("a bug")

    monkeypatch.setattr(catalog, "download", broken)
    with qtbot.waitSignal(fetching.ended) as ended:
        fetching.start("fashion-mnist")
    assert "a bug" in ended.args[2].message
    assert "Traceback" in capsys.readouterr().err


def test_done(dialog, fetching, qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(catalog, "download", lambda *args, **options: tmp_path)
    with qtbot.waitSignal(fetching.ended) as ended:
        fetching.start("fashion-mnist")
    assert ended.args == ["fashion-mnist", Outcome.DONE, None]
    assert dialog.row("fashion-mnist").message.text() == "It is ready."


def test_one_download_at_a_time(fetching, qtbot, monkeypatch):
    asked: list[str] = []

    def slow(name, home=None, *, progress, cancelled) -> Path:
        asked.append(name)
        while not cancelled():
            threading.Event().wait(0.01)
        raise Cancelled

    monkeypatch.setattr(catalog, "download", slow)
    fetching.start("fashion-mnist")
    fetching.start("kmnist")
    assert fetching.name == "fashion-mnist"
    fetching.cancel()
    qtbot.waitUntil(lambda: fetching.name == "")
    assert asked == ["fashion-mnist"]


def whole(label: WrappedLabel) -> bool:
    all_seen = label.visibleRegion().boundingRect().size() == label.size()
    return all_seen and label.heightForWidth(label.width()) <= label.height()


def test_rows_keep_their_height_and_a_long_failure_is_whole(dialog, fetching, qtbot, monkeypatch):
    def offline(*args, **options) -> Path:
        raise DownloadError("CIFAR-10 could not be downloaded: no answer.", "cs.toronto.edu: no answer; " * 12)

    monkeypatch.setattr(catalog, "download", offline)
    qtbot.wait(10)
    heights = [dialog.row(name).button.height() for name in catalog.DATASETS]
    for _ in range(2):
        with qtbot.waitSignal(fetching.ended):
            dialog.row("cifar10").button.click()
        qtbot.waitUntil(lambda: whole(dialog.row("cifar10").message), timeout=2000)
        assert [dialog.row(name).button.height() for name in catalog.DATASETS] == heights
        assert not [bar for bar in dialog.findChildren(QScrollBar) if bar.isVisible() and bar.maximum() > 0]
        for name in catalog.DATASETS:
            row = dialog.row(name)
            for label in (row.title, row.pictures, row.state, row.licence):
                assert label.width() >= label.sizeHint().width()


def test_the_folder_is_named_and_can_be_opened_and_changed(dialog, qtbot, monkeypatch, tmp_path):
    assert "created by the first download" in dialog._where.text()
    assert not dialog._open_button.isEnabled()
    paths.data_home().mkdir(parents=True)
    dialog.refresh()
    assert dialog._where.text() == f"Folder: {paths.data_home()}"
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    dialog._open_button.click()
    assert [url.toLocalFile() for url in opened] == [str(paths.data_home())]
    buttons = {each.text(): each for each in dialog.findChildren(QPushButton)}
    with qtbot.waitSignal(dialog.settingsRequested):
        buttons["Change folder…"].click()
    buttons["Close"].click()
    assert not dialog.isVisible()


def test_imported_sets_are_shown_brought_up_to_date_and_removed(dialog, imports, qtbot, tmp_path):
    source = classes(tmp_path / "pets", ("ant", "bee"), 2)
    (source / "ant" / "notes.txt").write_text("")
    bring_in(source, "pets")
    dialog.refresh()
    row = dialog.own_row("pets")
    assert row.pictures.text() == "4 8x8 colour"
    assert row.state.text().startswith("ready, ")
    with qtbot.waitSignal(imports.described):
        row.details_button.click()
    assert "read 4 + skipped 1 = found 5" in row.message.text()
    row.copy_button.click()
    assert "ant/notes.txt,not a picture" in QGuiApplication.clipboard().text()
    save(source / "bee" / "9.png", (1, 2, 3))
    with qtbot.waitSignal(imports.ended):
        row.update_button.click()
        assert row.update_button.text() == "Cancel"
    assert row.message.text() == "It has 5 pictures now; 4 of them are as before, 0 are gone."
    assert row.pictures.text() == "5 8x8 colour"
    with qtbot.waitSignal(imports.ended):
        row.update_button.click()
    assert row.message.text() == "It is up to date."
    assert not row.state.toolTip()


def test_a_set_that_cannot_be_used_says_why_and_what_to_do(dialog, tmp_path):
    done = bring_in(classes(tmp_path / "pets", ("ant",), 2), "pets")
    whole = (done.folder / stored.INFO).read_bytes()
    (done.folder / stored.INFO).write_bytes(b"broken")
    dialog.refresh()
    row = dialog.own_row("pets")
    assert (row.state.text(), row.pictures.text()) == ("cannot be used", "")
    assert "Remove the data set pets, and import its pictures again." in row.state.toolTip()
    (done.folder / stored.INFO).write_bytes(whole)
    (done.folder / stored.COMPLETE).unlink()
    dialog.refresh()
    assert "Import the same pictures again" in row.state.toolTip()


def test_of_a_damaged_set_the_runs_that_need_it_are_named_all_the_same(dialog, imports, qtbot, tmp_path):
    done = bring_in(classes(tmp_path / "pets", ("ant",), 2), "pets")
    (tmp_path / "my run").mkdir()
    (tmp_path / "my run" / "run.toml").write_text("")
    stored.keep_for_run(done.folder, tmp_path / "my run")
    (done.folder / stored.INDEX).write_bytes(b"broken")
    dialog.refresh()
    row = dialog.own_row("pets")
    for button, words in ((row.details_button, "cannot be read"), (row.remove_button, "Without it, my run can be")):
        with qtbot.waitSignal(imports.described):
            button.click()
        assert words in row.message.text()
        assert row.copy_button.isHidden()


def test_a_set_is_removed_after_a_question_that_names_the_runs_that_need_it(dialog, imports, qtbot, tmp_path):
    source = classes(tmp_path / "pets", ("ant",), 2)
    done = bring_in(source, "pets")
    (tmp_path / "my run").mkdir()
    (tmp_path / "my run" / "run.toml").write_text("")
    stored.keep_for_run(done.folder, tmp_path / "my run")
    dialog.refresh()
    row = dialog.own_row("pets")
    for answer, is_there in ((row.keep_button, True), (row.confirm_button, False)):
        with qtbot.waitSignal(imports.described):
            row.remove_button.click()
        assert "Without it, my run can be viewed but not resumed." in row.message.text()
        assert catalog.look_up("pets") is not None
        answer.click()
        assert row.below.isHidden() == is_there
        qtbot.waitUntil(lambda is_there=is_there: (catalog.look_up("pets") is not None) == is_there)
    qtbot.waitUntil(lambda: "pets" not in dialog._own)
    assert len(list(source.rglob("*.png"))) == 2
