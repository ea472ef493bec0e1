"""The dialog that imports pictures: what it shows before anything is written, and what it writes."""

import dataclasses
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QHideEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ganstudio.data import catalog
from ganstudio.data.pictures import importing, stored
from ganstudio.data.pictures.labels import Unlabelled
from ganstudio.data.pictures.recipe import Channels, Fit
from ganstudio.gui.imports.dialog import ImportDialog, Stage
from ganstudio.gui.model.dataset_work import Outcome
from ganstudio.gui.workers import picture_preview
from ganstudio.gui.workers.picture_preview import Cost, Shown
from support.picture_folder import classes, save

WAIT = 30_000  # ms


def look(dialog: ImportDialog, qtbot, path: Path, whole: bool = True) -> None:
    dialog.look_at(path)
    qtbot.waitUntil(lambda: dialog.stage != Stage.LOOKING, timeout=WAIT)
    if whole and dialog.stage == Stage.CHOOSING:
        qtbot.waitUntil(lambda: is_whole(dialog), timeout=WAIT)


def is_whole(dialog: ImportDialog) -> bool:
    """Whether the preview is what the form says."""
    shown = dialog.choice_page.preview.shown
    return shown is not None and shown.is_whole and shown.recipe == dialog.form.recipe()


def press(dialog: ImportDialog, name: str) -> None:
    button = dialog.findChild(QWidget, name)
    assert button.isVisible(), name
    assert button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def run_import(dialog: ImportDialog, qtbot) -> None:
    press(dialog, "importButton")
    qtbot.waitUntil(lambda: dialog.stage == Stage.DONE, timeout=WAIT)


def choose(box, value: object) -> None:
    """As the user does: from the list."""
    row = box.findData(value)
    assert row >= 0, value
    box.setCurrentIndex(row)
    box.activated.emit(row)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes, a file that is no picture and one that is cut off."""
    made = classes(tmp_path / "holiday", ("ant", "bee"), 4)
    save(made / "bee" / "wide.png", (0, 0, 255), (48, 12))
    (made / "ant" / "notes.txt").write_text("no picture")
    whole = save(made / "ant" / "cut.png", tuple(range(3)), (64, 64)).read_bytes()
    (made / "ant" / "cut.png").write_bytes(whole[: len(whole) // 2])
    return made


def test_before_anything_is_written_it_says_what_is_there(dialog, qtbot, folder):
    before = sorted(folder.rglob("*"))
    look(dialog, qtbot, folder)
    summary = dialog.choice_page.summary.text()
    assert "Found 11 files" in summary
    assert "10 pictures (10 PNG)" in summary
    assert "smallest 8 x 8" in summary
    assert "2 classes from the folders: ant 5, bee 5" in summary
    assert dialog.choice_page.classes.texts() == [["ant", "5"], ["bee", "5"]]
    (skipped,) = dialog.choice_page.skipped.table.texts()
    assert skipped[:2] == ["ant/notes.txt", "not a picture"]
    assert dialog.choice_page.tabs.tabText(1) == "skipped (1)"
    press_tab(dialog, 1)
    dialog.choice_page.skipped.copy_button.click()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "file,verdict,reason"
    assert copied[1].startswith("ant/notes.txt,not a picture,")
    assert dialog.form.name.text() == "holiday"
    assert sorted(folder.rglob("*")) == before
    assert not stored.home_of().exists()


def press_tab(dialog: ImportDialog, index: int) -> None:
    dialog.choice_page.tabs.setCurrentIndex(index)


def test_the_preview_shows_pixels_as_they_are_imported_and_the_odd_ones_first(dialog, qtbot, folder):
    look(dialog, qtbot, folder)
    preview = dialog.choice_page.preview
    examples = dialog.look.found.examples
    assert (examples[0].file.entry.path, examples[0].why) == ("bee/wide.png", "the widest")
    (failed,) = preview.shown.failed
    assert examples[failed].file.entry.path == "ant/cut.png"
    assert "ant/cut.png cannot be read: " in preview.caption.text()
    preview.grid.pointed.emit(0)
    assert preview.caption.text() == "bee/wide.png: PNG, RGB, 12 x 48 (the widest)"
    choose(dialog.form.fit, "pad")
    choose(dialog.form.paper, "black")
    type_into(dialog.form.size_box.lineEdit(), "16")
    qtbot.waitUntil(lambda: is_whole(dialog), timeout=WAIT)
    wide = preview.grid.pictures[0]
    assert wide.shape == (16, 16, 3)
    assert (wide[:6] == 0).all()  # paper above and below
    assert (wide[10:] == 0).all()
    assert (wide[6:10] == (0, 0, 255)).all()
    previewed = {
        examples[number].file.entry.path: pixels
        for number, pixels in zip(preview.shown.examples, preview.shown.pictures, strict=True)
    }
    run_import(dialog, qtbot)
    data = catalog.load("holiday", size=16, channels=3)
    assert len(data.images) == 9
    names = sorted(previewed)
    assert names == ["ant/1.png", "ant/2.png", "ant/3.png", "ant/4.png"] + [
        f"bee/{n}.png" for n in (1, 2, 3, 4, "wide")
    ]
    assert np.array_equal(data.images, np.stack([previewed[name] for name in names]))
    assert data.labels.tolist() == [0] * 4 + [1] * 5


def test_after_an_import_read_and_skipped_are_found_and_every_reason_is_there(dialog, qtbot, folder):
    look(dialog, qtbot, folder)
    run_import(dialog, qtbot)
    assert "read 9 + skipped 2 = found 11" in dialog.choice_page.summary.text()
    assert [row[:2] for row in dialog.choice_page.skipped.table.texts()] == [
        ["ant/cut.png", "broken"],
        ["ant/notes.txt", "not a picture"],
    ]
    assert "is ready" in dialog.footer.text.text()
    assert not dialog.footer.import_button.isVisible()
    press(dialog, "importOther")
    assert dialog.stage == Stage.ASKING


def test_a_newer_choice_drops_the_older_preview(dialog, qtbot, folder, monkeypatch):
    look(dialog, qtbot, folder)
    gate, real, sizes = threading.Event(), picture_preview.prepare, []

    def slow(file, recipe):
        sizes.append(recipe.height)
        assert gate.wait(10)
        return real(file, recipe)

    monkeypatch.setattr(picture_preview, "prepare", slow)
    shown: list[int] = []
    dialog.look.shown.connect(lambda each: shown.append(each.recipe.height))
    choose(dialog.form.size_box, 32)
    qtbot.waitUntil(lambda: sizes == [32], timeout=WAIT)
    for size in (64, 128):
        choose(dialog.form.size_box, size)
    gate.set()
    qtbot.waitUntil(lambda: is_whole(dialog), timeout=WAIT)
    assert set(shown) == {128}
    assert sizes.count(32) == 1  # dropped after the picture that it was at
    assert 64 not in sizes


def test_answers_by_an_earlier_recipe_or_about_other_labels_are_dropped(dialog, qtbot, folder):
    look(dialog, qtbot, folder)
    form, preview, thread = dialog.form, dialog.choice_page.preview, dialog.look._preview
    earlier, made, labels = form.recipe(), preview.shown.pictures, form.labels.found
    choose(form.size_box, 32)
    qtbot.waitUntil(lambda: is_whole(dialog) and bool(dialog.footer.text.text()), timeout=WAIT)
    shown, text = preview.shown, dialog.footer.text.text()
    thread.shown.emit(Shown(earlier, made, tuple(range(len(made)))))
    thread.costed.emit(Cost(earlier, 10**9, 99.0, 0))
    thread.labelled.emit(dataclasses.replace(labels, wanted="none", counts={}))
    assert preview.shown is shown
    assert dialog.footer.text.text() == text
    assert form.labels.found is labels
    later = Shown(form.recipe(), shown.pictures, shown.examples)
    thread.shown.emit(later)  # which is wanted
    assert preview.shown is later


def test_what_an_import_takes_is_said_until_something_changes_or_it_begins(dialog, qtbot, folder):
    look(dialog, qtbot, folder)
    qtbot.waitUntil(lambda: dialog.footer.text.text().startswith("It takes "), timeout=WAIT)
    said, size = dialog.footer.text.text(), dialog.form.size_box.currentText()
    choose(dialog.form.fit, dialog.form.fit.currentData())
    for text in ("17", size):
        type_into(dialog.form.size_box.lineEdit(), text)
    assert dialog.footer.text.text() == said
    run_import(dialog, qtbot)
    dialog.look._preview.costed.emit(Cost(dialog.form.recipe(), 10**9, 99.0, 0))
    assert "holiday is ready" in dialog.footer.text.text()


class Minimised(QHideEvent):
    """As a window manager sends it."""

    def spontaneous(self) -> bool:
        return True


def test_it_looks_on_while_it_is_minimised_and_begins_anew_after_an_import(dialog, qtbot, folder):
    dialog.look_at(folder)
    dialog.hideEvent(Minimised())
    qtbot.waitUntil(lambda: dialog.stage != Stage.LOOKING, timeout=WAIT)
    assert dialog.stage == Stage.CHOOSING
    dialog.close()
    dialog.show()
    assert dialog.stage == Stage.CHOOSING  # as it was left
    run_import(dialog, qtbot)
    dialog.hideEvent(Minimised())
    assert dialog.stage == Stage.DONE
    dialog.close()
    dialog.show()
    assert dialog.stage == Stage.ASKING


def test_choices_are_explained_and_presets_have_their_titles(dialog, qtbot, folder):
    look(dialog, qtbot, folder)
    fit = dialog.form.fit
    tips = [str(fit.itemData(row, Qt.ItemDataRole.ToolTipRole)) for row in range(fit.count())]
    assert "The middle of each picture, as large as possible" in tips[fit.findData("crop")]
    assert "for sprites and pixel art" in tips[fit.findData("native")]
    assert dialog.form.preset.text() == "Train with the preset “Own pictures, 64 px”"
    assert dialog.focusWidget() is dialog.form.name


def test_of_a_folder_only_what_was_chosen_is_looked_at(dialog, qtbot, folder):
    dialog.look_at(folder, ("bee",))
    qtbot.waitUntil(lambda: dialog.stage == Stage.CHOOSING, timeout=WAIT)
    assert {file.entry.path.partition("/")[0] for file in dialog.look.found.scan.files} == {"bee"}


def test_the_preset_follows_the_size_and_fit_that_are_chosen(dialog, qtbot, folder):
    look(dialog, qtbot, folder)
    form = dialog.form
    type_into(form.size_box.lineEdit(), "96")
    assert (form.chosen_preset(), form.preset.text()) == ("own-128", "Train with the preset “Own pictures, 128 px”")
    assert "128 x 128" in form._reasons["preset"].text()
    type_into(form.size_box.lineEdit(), "17")  # none that can be chosen
    assert form.chosen_preset() == "own-128"
    type_into(form.size_box.lineEdit(), "64")
    choose(form.fit, "native")
    assert (form.chosen_preset(), form.preset.text()) == ("sprites", "Train with the preset “Sprites”")


def test_what_cannot_be_imported_is_said_and_the_button_waits(dialog, qtbot, folder):
    look(dialog, qtbot, folder)
    choose(dialog.form.fit, "pad")
    for name, text, words in (
        ("importName", "mnist", "already a data set named mnist"),
        ("importName", "a/b", "cannot be named"),
        ("importName", "", "cannot be named"),
        ("importSize", "17", "Nearest:"),
        ("importSize", "wide", "The size is a side such as 64"),
        ("importPaper", "pink", "The paper is"),
    ):
        field = dialog.findChild(QWidget, name)
        line = field if name == "importName" else field.lineEdit()
        before = line.text()
        type_into(line, text)
        assert words in dialog.footer.problem.text()
        assert dialog.footer.problem.isVisible()
        assert not dialog.footer.import_button.isEnabled()
        type_into(line, before)
        assert dialog.footer.import_button.isEnabled()


def type_into(line, text: str) -> None:
    line.setText(text)
    line.setModified(True)
    line.editingFinished.emit()


def test_pictures_without_a_label_are_a_question(dialog, qtbot, tmp_path):
    made = classes(tmp_path / "some", ("ant", "bee"), 2)
    save(made / "stray.png", (9, 9, 9))
    (made / "labels.csv").write_text("file,label\nant/1.png,A\nant/2.png,A\nbee/1.png,B\nbee/2.png,B\n")
    look(dialog, qtbot, made)
    assert "1 picture has no label in labels.csv" in dialog.footer.problem.text()
    assert dialog.form.labels.unlabelled_box.isVisible()
    assert not dialog.footer.import_button.isEnabled()
    choose(dialog.form.labels.unlabelled_box, Unlabelled.OWN_CLASS)
    assert dialog.footer.import_button.isEnabled()
    run_import(dialog, qtbot)
    assert catalog.find("some").labels == ("A", "B", "unlabelled")
    assert catalog.load("some", size=8, channels=3).labels.tolist() == [0, 0, 1, 1, 2]


def test_labels_can_be_left_out_or_taken_from_a_table(dialog, qtbot, folder, tmp_path):
    look(dialog, qtbot, folder)
    choose(dialog.form.labels.box, "none")
    qtbot.waitUntil(lambda: dialog.form.labels.found is not None, timeout=WAIT)
    assert dialog.form.labels.found.counts == {}
    table = tmp_path / "table.csv"
    table.write_text("file,label\n" + "".join(f"bee/{n}.png,{n % 2}\n" for n in (1, 2, 3, 4)))
    dialog.form.labels.choose_table(table)
    qtbot.waitUntil(lambda: dialog.form.labels.found is not None, timeout=WAIT)
    assert dialog.form.labels.found.counts == {"0": 2, "1": 2}
    assert dialog.form.labels.box.currentText() == "2 classes from table.csv"
    (tmp_path / "empty.csv").write_text("nothing")
    dialog.form.labels.choose_table(tmp_path / "empty.csv")
    qtbot.waitUntil(lambda: dialog.form.labels.found is not None, timeout=WAIT)
    assert "empty.csv" in dialog.footer.problem.text()
    assert not dialog.footer.import_button.isEnabled()


def test_paper_is_offered_only_where_it_shows(dialog, qtbot, tmp_path):
    for number in range(3):
        save(tmp_path / "own" / f"{number}.png", (200, 0, 0), (8, 16))
    look(dialog, qtbot, tmp_path / "own")
    choose(dialog.form.fit, "crop")
    assert not dialog.form.paper.isEnabled()
    choose(dialog.form.fit, "pad")
    assert dialog.form.paper.isEnabled()
    choose(dialog.form.channels, "rgba")
    assert dialog.form.recipe().paper == "transparent"
    choose(dialog.form.channels, "rgb")
    assert dialog.form.recipe().paper == "white"


def test_transparency_is_kept_and_seen(dialog, qtbot, tmp_path):
    for number in range(4):
        save(tmp_path / "icons" / f"{number}.png", (255, 0, 0, 128), (16, 16))
    look(dialog, qtbot, tmp_path / "icons")
    assert (dialog.form.recipe().channels, dialog.form.recipe().fit) == (Channels.RGBA, Fit.NATIVE)
    assert dialog.choice_page.preview.grid.pictures[0, 0, 0].tolist() == [128, 0, 0, 128]  # premultiplied
    grid = dialog.choice_page.preview.grid
    image, middle = grid.grab().toImage(), grid.centre_of(0)
    colours = {image.pixelColor(middle.x() + x, middle.y()).red() for x in range(-20, 20)}
    assert len(colours) == 2  # over both shades of a checkerboard
    assert min(colours) >= 128


def test_nothing_to_import_names_the_reasons(dialog, qtbot, tmp_path):
    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    look(dialog, qtbot, tmp_path / "phone", whole=False)
    assert dialog.stage == Stage.CHOOSING
    assert "There is no picture" in dialog.footer.problem.text()
    assert dialog.choice_page.skipped.table.texts()[0][0] == "IMG_1.HEIC"
    assert dialog.choice_page.tabs.currentIndex() == 1
    assert not dialog.footer.import_button.isEnabled()
    look(dialog, qtbot, tmp_path / "not there", whole=False)
    assert dialog.stage == Stage.ASKING
    assert "not there is not there" in dialog.source_page.message.text()


def test_a_cancelled_import_leaves_nothing_and_can_be_tried_again(dialog, imports, qtbot, folder, monkeypatch):
    look(dialog, qtbot, folder)
    real, begun = importing.start, threading.Event()

    def slow(request, progress, cancelled, taken):
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        return real(request, progress, cancelled, taken)

    with monkeypatch.context() as slowed:
        slowed.setattr(importing, "start", slow)
        press(dialog, "importButton")
        assert dialog.stage == Stage.IMPORTING
        assert not dialog.form.isEnabled()
        qtbot.waitUntil(begun.is_set, timeout=WAIT)
        with qtbot.waitSignal(imports.ended) as ended:
            press(dialog, "importCancel")
    assert ended.args == ["holiday", Outcome.CANCELLED, None]
    assert dialog.stage == Stage.CHOOSING
    assert not stored.set_folder("holiday").exists()
    run_import(dialog, qtbot)


def test_an_import_whose_window_is_closed_goes_on_from_there(dialog, imports, qtbot, folder, monkeypatch):
    look(dialog, qtbot, folder)
    written, begun = importing.start, threading.Event()

    def start(request, progress, cancelled, taken):
        def wait_once(done, total):
            progress(done, total)
            if done:
                begun.set()
                while not stopping():
                    threading.Event().wait(0.01)

        return written(request, wait_once, cancelled, taken)

    def stopping() -> bool:
        return imports._thread is None or imports._thread.is_stopping()

    monkeypatch.setattr(importing, "CHUNK", 2)
    monkeypatch.setattr(importing, "start", start)
    press(dialog, "importButton")
    qtbot.waitUntil(begun.is_set, timeout=WAIT)
    assert imports.shut_down(10)
    assert (stored.set_folder("holiday") / "v1" / stored.JOURNAL).exists()
    assert catalog.look_up("holiday") is None
    qtbot.waitUntil(lambda: not imports.name, timeout=WAIT)
    monkeypatch.undo()
    qtbot.waitUntil(lambda: dialog.stage == Stage.CHOOSING, timeout=WAIT)
    dialog.footer.import_button.click()
    qtbot.waitUntil(lambda: dialog.stage == Stage.DONE, timeout=WAIT)
    assert catalog.find("holiday").count == 9


def test_an_archive_that_is_dropped_on_the_dialog_is_looked_at(dialog, qtbot, folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in folder.rglob("*.png"):
            archive.write(path, path.relative_to(folder))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "set.zip"))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    place = dialog.rect().center()
    enter = QDragEnterEvent(place, copy, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(dialog, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(dialog, QDropEvent(QPointF(place), copy, data, Qt.MouseButton.LeftButton, none))
    qtbot.waitUntil(lambda: dialog.stage == Stage.CHOOSING, timeout=WAIT)
    assert "10 pictures" in dialog.choice_page.summary.text()
    assert dialog.form.name.text() == "set"


def test_names_that_look_like_markup_are_shown_letter_by_letter(dialog, qtbot, tmp_path):
    for number in range(2):
        save(tmp_path / "<b>bold" / f"{number}.png")
    (tmp_path / "<b>bold" / "<img src=x>.txt").write_text("")
    look(dialog, qtbot, tmp_path / "<b>bold")
    assert dialog.choice_page.summary.textFormat() == Qt.TextFormat.PlainText
    assert "<b>bold" in dialog.choice_page.summary.text()
    table = dialog.choice_page.skipped.table
    tip = table.model().data(table.model().index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in tip or not Qt.mightBeRichText(tip)
