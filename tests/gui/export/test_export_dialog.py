"""Exports from the window, as a person makes them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from ganstudio import config as cfg
from ganstudio.errors import Cancelled
from ganstudio.export import files
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.export.form import _USED
from ganstudio.gui.export.row import ExportRow
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.export import Exports, Keys
from ganstudio.latent import models
from ganstudio.runs.folder import RunFolder, RunInfo
from support.file_dialog import answer
from support.panels import CONDITIONAL, GRID, SMALL, Z_SIZE, grid, snapshot, tick


@pytest.fixture
def model(dressed, monkeypatch) -> RunModel:
    monkeypatch.setattr(models, "bundled", lambda name: None)
    return RunModel(SMALL)


def open_run(model: RunModel, path: Path, config: cfg.RunConfig = SMALL, steps: tuple[int, ...] = (0, 10, 20)) -> None:
    """A run of a few steps on disk and in the model."""
    run = RunFolder.create(path, config, RunInfo.now(config))
    model.begin(config, run)
    (run.path / "snapshots").mkdir(exist_ok=True)
    for step in steps:
        if step:
            run.append(tick(step))
            model.handle(tick(step))
        run.save_samples(grid(step))
        model.handle(grid(step))
        saved = snapshot(run.path / "snapshots", step, config)
        Path(saved.path).rename(run.snapshot_path(step))
        model.handle(type(saved)(step, "snapshot", str(run.snapshot_path(step))))
    model.set_status("finished")


@pytest.fixture
def exports(qapp) -> Iterator[Exports]:
    exports = Exports()
    yield exports
    assert exports.stop()


@pytest.fixture
def dialog(qtbot, model: RunModel, exports: Exports, tmp_path: Path) -> ExportDialog:
    (tmp_path / "out").mkdir()
    dialog = ExportDialog(model, exports)
    qtbot.addWidget(dialog)
    dialog.set_folder(tmp_path / "out")
    dialog.show()
    return dialog


def press(qtbot, dialog: ExportDialog) -> ExportRow:
    """Press Export and give the row of it."""
    assert dialog.begin.isEnabled(), trouble(dialog)
    qtbot.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    return dialog.rows.itemAt(0).widget()


def wait_for(qtbot, row: ExportRow) -> str:
    qtbot.waitUntil(lambda: row.over, timeout=30_000)
    return row.words.text()


def trouble(dialog: ExportDialog) -> str:
    label = dialog.findChild(QLabel, "exportTrouble")
    return label.text() if label.isVisible() else ""


def test_every_format_is_listed_and_every_what_has_its_settings(dialog: ExportDialog) -> None:
    assert [dialog.formats.item(row).text() for row in range(dialog.formats.count())] == [
        each.title for each in FORMATS.values()
    ]
    assert {content for kind in FORMATS.values() for content in kind.contents} == set(_USED) == set(Content)


def test_without_a_run_there_is_nothing_to_export(dialog: ExportDialog) -> None:
    assert "start a run" in trouble(dialog)
    assert not dialog.begin.isEnabled()


def test_the_grid_of_the_viewed_step(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    assert dialog.form.shown() == {"step", "scale"}
    model.view(10)
    dialog.form.scale.setValue(3)
    assert dialog.path.text() == "run-grid-10.png"
    assert dialog.out == tmp_path / "out" / "run-grid-10.png"
    row = press(qtbot, dialog)
    assert "step 10" in wait_for(qtbot, row)
    saved = np.asarray(Image.open(tmp_path / "out" / "run-grid-10.png").convert("L"))
    assert saved.shape == (3 * 28 * GRID,) * 2
    assert saved[0, 0] == grid(10).pictures[0, 0, 0]


def test_the_newest_step_can_be_taken_while_the_past_is_viewed(qtbot, dialog, model, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    model.view(10)
    dialog.form.step.setCurrentIndex(1)
    assert "step 20" in wait_for(qtbot, press(qtbot, dialog))
    assert np.asarray(Image.open(tmp_path / "out" / "run-grid.png").convert("L"))[0, 0] == 20


def test_several_in_a_row_get_names_of_their_own(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    qtbot.wait(20)
    place = dialog.begin.mapTo(dialog, dialog.begin.rect().center())
    rows = [press(qtbot, dialog), press(qtbot, dialog)]
    dialog.choose("csv")
    rows.append(press(qtbot, dialog))
    for row in rows:
        wait_for(qtbot, row)
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"run-grid.png", "run-grid-2.png", "run-curves.csv"}
    for _ in range(2):
        wait_for(qtbot, press(qtbot, dialog))
    qtbot.waitUntil(lambda: len(dialog.findChildren(ExportRow)) == 3)
    assert dialog.begin.mapTo(dialog, dialog.begin.rect().center()) == place  # the next click lands on it, too


def test_the_preview_is_what_the_file_will_be(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    """Made by the same writers; a format that is no picture is stood for by one."""
    open_run(model, tmp_path / "run")
    picture = dialog.preview.picture
    qtbot.waitUntil(lambda: picture.filled, timeout=30_000)
    assert picture._still.toImage().pixelColor(0, 0).red() == grid(20).pictures[0, 0, 0]
    model.view(10)
    qtbot.waitUntil(lambda: picture._still.toImage().pixelColor(0, 0).red() == grid(10).pictures[0, 0, 0])
    dialog.choose("mp4", "progress")
    qtbot.waitUntil(lambda: picture._film is not None and picture._film.frameCount() == 2, timeout=30_000)
    dialog.choose("onnx")
    qtbot.waitUntil(lambda: "16 pictures" in dialog.preview.words.text() and picture._film is None, timeout=30_000)
    assert picture.filled
    assert list((tmp_path / "out").iterdir()) == []
    model.begin(SMALL)
    assert not picture.filled


def test_a_preview_that_cannot_be_made_says_why(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    for path in (tmp_path / "run" / "snapshots").iterdir():
        path.write_bytes(b"broken")
    dialog.choose("safetensors")
    qtbot.waitUntil(lambda: ".safetensors" in dialog.preview.words.text(), timeout=30_000)


def test_done_it_shows_the_folder(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path, monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    open_run(model, tmp_path / "run")
    row = press(qtbot, dialog)
    wait_for(qtbot, row)
    assert row.button.text() == "Show in folder"
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert opened == [str(tmp_path / "out")]


def test_a_film_tells_how_far_it_is(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("gif", "progress")
    assert dialog.form.shown() == {"step", "seconds", "fps", "scale", "caption"}
    dialog.form.scale.setValue(1)
    row = press(qtbot, dialog)
    wait_for(qtbot, row)
    assert row.progress.maximum() == row.progress.value() == 3
    with Image.open(tmp_path / "out" / "run-progress.gif") as film:
        assert film.n_frames == 3


def test_cancel_leaves_no_half_file(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("gif", "walk")
    dialog.form.seconds.setValue(300)
    row = press(qtbot, dialog)
    qtbot.waitUntil(lambda: row.progress.maximum() > 1000 and row.progress.value() > 0, timeout=30_000)
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert "cancelled" in wait_for(qtbot, row)
    assert list((tmp_path / "out").iterdir()) == []
    assert not row.button.isVisible()
    assert dialog.begin.isEnabled()


def test_closing_the_program_calls_exports_off(qtbot, dialog, exports: Exports, model: RunModel, tmp_path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("webp", "walk")
    dialog.form.seconds.setValue(300)
    row = press(qtbot, dialog)
    qtbot.waitUntil(lambda: row.progress.value() > 0, timeout=30_000)
    assert exports.stop()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_generator_is_written_and_found_again(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    model.view(10)
    dialog.choose("safetensors")
    wait_for(qtbot, press(qtbot, dialog))
    found = models.of_file(tmp_path / "out" / "run-generator-10.safetensors")
    assert found.step == 10
    assert found.config.network == SMALL.network


def test_a_class_can_be_chosen_of_a_conditional_run(qtbot, dialog: ExportDialog, model: RunModel, tmp_path) -> None:
    from ganstudio.latent.paths import noise
    from ganstudio.latent.sampler import Sampler

    open_run(model, tmp_path / "run", CONDITIONAL)
    dialog.choose("png", "sample")
    assert dialog.form.shown() == {"step", "label", "seed", "scale"}
    dialog.form.label.setCurrentIndex(1 + 7)
    dialog.form.seed.setValue(5)
    dialog.form.scale.setValue(1)
    wait_for(qtbot, press(qtbot, dialog))
    saved = np.asarray(Image.open(tmp_path / "out" / "run-sample.png").convert("L"))
    sampler = Sampler.from_snapshot(model.snapshots[-1][1], CONDITIONAL)
    assert np.array_equal(saved, sampler.sample(noise(1, Z_SIZE, 5), np.array([7]))[0])


def test_the_explorers_walk_leads_through_its_keys(qtbot, dialog: ExportDialog, model: RunModel, tmp_path) -> None:
    from ganstudio.latent.sampler import Sampler

    open_run(model, tmp_path / "run")
    keys = np.random.default_rng(1).standard_normal((4, Z_SIZE)).astype(np.float32)
    dialog.choose_walk(Keys(keys, None, 7.5, loop=True))
    assert dialog.form.seconds.value() == 7.5  # as long as it plays
    assert dialog.format.name == "gif"
    assert dialog.what.currentData() == "walk"
    assert "4 key pictures" in dialog.form.way.currentText()
    assert "seed" not in dialog.form.shown()
    dialog.choose("webp", "walk")
    for field, value in ((dialog.form.seconds, 2), (dialog.form.fps, 10), (dialog.form.scale, 1)):
        field.setValue(value)
    wait_for(qtbot, press(qtbot, dialog))
    made = Sampler.from_snapshot(model.snapshots[-1][1], SMALL).sample(keys)
    with Image.open(tmp_path / "out" / "run-walk.webp") as film:
        assert film.n_frames == 20
        for number, picture in enumerate(made):
            film.seek(5 * number)
            assert np.abs(np.asarray(film.convert("L")).astype(int) - picture).max() <= 2
    dialog.form.way.setCurrentIndex(1)
    assert "seed" in dialog.form.shown()
    model.begin(SMALL)
    assert "way" not in dialog.form.shown()


def test_the_bundled_model_is_exported_before_there_is_a_run(
    qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    about = {"name": "mnist-conditional", "config": cfg.to_dict(CONDITIONAL), "step": 7}
    path = tmp_path / "7.safetensors"
    from ganstudio.runs import checkpoint

    snapshot(tmp_path, 7, CONDITIONAL)
    weights, _ = checkpoint.load_snapshot(path)
    checkpoint.save_snapshot(path, weights, about)
    found = models.of_file(path)
    monkeypatch.setattr(models, "bundled", lambda name: found)
    dialog.refresh()
    assert [dialog.what.itemData(row) for row in range(dialog.what.count())] == ["sample", "sprites"]
    dialog.choose("csv")
    assert "start a run" in trouble(dialog)
    dialog.choose("png", "sprites")
    assert "step" not in dialog.form.shown()
    dialog.form.count.setValue(9)
    assert "9 samples" in wait_for(qtbot, press(qtbot, dialog))
    with Image.open(tmp_path / "out" / "mnist-conditional-sprites.png") as sheet:
        assert sheet.size == (3 * 28, 3 * 28)


def test_a_missing_extra_is_said_with_the_command(qtbot, dialog, model: RunModel, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(files, "installed_version", lambda package: None if package == "av" else "1")
    open_run(model, tmp_path / "run")
    dialog.refresh()
    row = list(FORMATS).index("mp4")
    assert dialog.formats.item(row).foreground().color() == QColor(theme.current().disabled)
    assert dialog.formats.item(0).foreground().color() == QColor(theme.current().text)
    theme.apply(QApplication.instance(), "light")
    qtbot.waitUntil(lambda: dialog.formats.item(row).foreground().color() == QColor(theme.LIGHT.disabled))
    dialog.formats.setCurrentRow(row)
    assert files.install_command("video") in trouble(dialog)
    assert not dialog.begin.isEnabled()
    copy = dialog.findChild(QPushButton, "exportCopyCommand")
    assert copy.isVisible()
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == files.install_command("video")
    dialog.choose("png")
    assert dialog.begin.isEnabled()
    assert not copy.isVisible()


def test_a_folder_that_is_not_there_is_said_and_an_old_file_is_replaced(
    qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path
) -> None:
    open_run(model, tmp_path / "run")
    dialog.path.selectAll()
    qtbot.keyClicks(dialog.path, str(tmp_path / "nowhere" / "a.png"))
    assert "There is no folder" in trouble(dialog)
    assert not dialog.begin.isEnabled()
    old = tmp_path / "out" / "old.png"
    old.write_bytes(b"old")
    dialog.path.selectAll()
    qtbot.keyClicks(dialog.path, str(old))
    assert dialog.begin.text() == "Replace"
    wait_for(qtbot, press(qtbot, dialog))
    assert old.read_bytes().startswith(b"\x89PNG")
    dialog.choose("csv")
    assert dialog.path.text().endswith(".csv")


def test_the_file_is_chosen_in_a_dialog(qtbot, dialog: ExportDialog, model, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    qtbot.mouseClick(dialog.findChild(QPushButton, "exportChoose"), Qt.MouseButton.LeftButton)
    answer(dialog, tmp_path / "mine")
    assert dialog.out == tmp_path / "mine.png"
    wait_for(qtbot, press(qtbot, dialog))
    assert (tmp_path / "mine.png").is_file()


def test_what_cannot_be_done_is_said_in_its_row(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("safetensors")
    for path in (tmp_path / "run" / "snapshots").iterdir():
        path.write_bytes(b"broken")
    row = press(qtbot, dialog)
    words = wait_for(qtbot, row)
    assert words.startswith("run-generator.safetensors was not exported.")
    assert row.failed  # and looks so
    assert not row.button.isVisible()
    assert list((tmp_path / "out").iterdir()) == []


def test_an_error_nobody_expected_is_handed_on_whole(qtbot, exports: Exports, tmp_path: Path) -> None:
    def broken(job: Job) -> str:
        raise ZeroDivisionError("injected")

    class Broken:
        write = staticmethod(broken)

    thread = exports.make(Broken(), Job("run", tmp_path / "x"))
    with qtbot.waitSignal(exports.failed, timeout=20_000) as got:
        thread.start()
    assert "injected" in got.args[0].message
    assert "ZeroDivisionError" in got.args[0].details


def test_called_off_before_it_began_it_writes_nothing(qtbot, exports: Exports, tmp_path: Path) -> None:
    class Patient:
        @staticmethod
        def write(job: Job) -> str:
            if job.should_stop():
                raise Cancelled
            job.out.write_text("written")
            return "done"

    thread = exports.make(Patient(), Job("run", tmp_path / "x"))
    thread.cancel()
    with qtbot.waitSignal(thread.cancelled, timeout=20_000):
        thread.start()
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", list(FORMATS))
def test_it_fits_a_small_screen_and_clips_nothing(qtbot, dialog: ExportDialog, model: RunModel, tmp_path, name) -> None:
    open_run(model, tmp_path / "run", CONDITIONAL)
    dialog.choose(name)
    dialog.resize(600, 340)
    qtbot.wait(20)
    assert dialog.minimumSizeHint().width() <= 683
    assert dialog.minimumSizeHint().height() <= 345
    for each in [*dialog.findChildren(QLabel), *dialog.findChildren(QPushButton)]:
        if each.isVisible():
            assert each.visibleRegion().boundingRect().size() == each.size(), each.text()


# In the window


def test_the_window_opens_it_with_a_key_or_for_a_format(open_window, qtbot):
    window = open_window()
    action = window.actions_["export"]
    assert action.objectName() == "exportAction"
    assert action.shortcut().toString() == "Ctrl+Shift+X"
    assert action in window.menus.export.actions()
    action.trigger()
    dialog = window.handlers.dialogs["export"]
    assert dialog.isVisible()
    assert not dialog.isModal()
    chosen = next(each for each in window.menus.formats.actions() if "ONNX" in each.text())
    chosen.trigger()
    assert dialog.format.name == "onnx"
    assert [each.data() for each in window.menus.formats.actions()] == list(FORMATS)
    dialog.close()


def test_the_walk_page_hands_its_keys_over(open_window, qtbot):
    window = open_window()
    keys = np.zeros((3, 4), np.float32)
    window.latent.walk.exportWanted.emit(Keys(keys, None, 4.5, loop=False))
    dialog = window.handlers.dialogs["export"]
    assert dialog.what.currentData() == "walk"
    assert dialog.form.takes_keys
    assert dialog.form.seconds.value() == 4.5
    qtbot.mouseClick(dialog.findChild(QPushButton, "exportClose"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_a_picture_of_the_grid_goes_into_a_corner_of_the_morph_square(open_window, qtbot, tmp_path):
    window = open_window(SMALL)
    open_run(window.model, tmp_path / "run")
    qtbot.waitUntil(lambda: window.latent.explorer.source() is not None)
    with qtbot.waitSignal(window.samples.cornerWanted, timeout=30_000) as got:
        window.samples._tell(4, corner=3)
    assert np.array_equal(window.latent.morph._corners[3], got.args[1])
    assert window.latent.morph.isVisible()


def test_the_window_closes_in_the_middle_of_an_export(open_window, qtbot, tmp_path):
    (tmp_path / "out").mkdir()
    window = open_window(SMALL)
    open_run(window.model, tmp_path / "run")
    window.actions_["export"].trigger()
    dialog = window.handlers.dialogs["export"]
    dialog.set_folder(tmp_path / "out")
    dialog.choose("gif", "walk")
    dialog.form.seconds.setValue(300)
    row = press(qtbot, dialog)
    qtbot.waitUntil(lambda: row.progress.value() > 0, timeout=30_000)
    window.close()
    assert window.not_ended == []
    assert list((tmp_path / "out").iterdir()) == []
    dialog.preview.show_job(dialog.format, dialog._job(Path()))
    dialog.preview._soon.timeout.emit()  # a preview that was about to be made when the window closed
    assert all(thread.isFinished() for thread in window.handlers._exports._running)
