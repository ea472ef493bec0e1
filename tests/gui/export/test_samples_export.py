"""Many samples from the dialog."""

from pathlib import Path

import numpy as np

from ganstudio.export.job import Content
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.model.run_model import RunModel
from support.export_dialog import open_run, problem, start_export, wait_for
from support.panels import CONDITIONAL, Z_SIZE


def test_samples_with_seed_class_and_truncation(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    from ganstudio.latent.paths import noise
    from ganstudio.latent.sampler import Sampler

    open_run(model, tmp_path / "run", CONDITIONAL)
    dialog.choose("npz")
    form = dialog.form
    assert form.shown() == {"step", "label", "seed", "count", "truncation"}
    assert form.count.value() == 1000
    form.label.setCurrentIndex(1 + 7)
    for field, value in ((form.seed, 5), (form.count, 70), (form.truncation, 0.5)):
        field.setValue(value)
    said = wait_for(qtbot, start_export(qtbot, dialog))
    assert "70 samples of run, step 20, seed 5" in said
    saved = np.load(tmp_path / "out" / "run-samples.npz")
    sampler = Sampler.from_snapshot(model.snapshots[-1][1], CONDITIONAL)
    wanted = sampler.sample(noise(70, Z_SIZE, 5) * np.float32(0.5), np.full(70, 7))
    assert np.array_equal(saved["arr_0"][..., 0], wanted)
    assert saved["arr_1"].tolist() == [7] * 70


def test_sheets_and_samples_keep_their_own_number_of_pictures(dialog: ExportDialog, model, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    count = dialog.form.count
    dialog.choose("png", Content.SPRITES)
    assert (count.value(), count.maximum()) == (64, 10_000)
    count.setValue(81)
    dialog.choose("zip")
    assert (count.value(), count.maximum()) == (1000, 1_000_000)
    count.setValue(50_000)
    dialog.choose("png", Content.SPRITES)
    assert count.value() == 81
    dialog.choose("folder")
    assert count.value() == 50_000
    assert dialog.form.job("run", Path("x")).count == 50_000


def test_samples_go_into_a_folder_that_is_new(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("folder")
    dialog.form.count.setValue(3)
    assert dialog.destination.path == tmp_path / "out" / "run-samples"
    wait_for(qtbot, start_export(qtbot, dialog))
    assert len(list((tmp_path / "out" / "run-samples").glob("*.png"))) == 3
    assert dialog.destination.path == tmp_path / "out" / "run-samples-2"
    dialog.destination.name.setText("run-samples")
    dialog.destination.name.setModified(True)
    assert "It is not empty" in wait_for(qtbot, start_export(qtbot, dialog))
    (tmp_path / "out" / "text").touch()
    dialog.destination.name.setText("text")
    assert problem(dialog) == "text is a file. Enter another name."
    assert not dialog.export_button.isEnabled()


def test_the_preview_shows_some_of_the_samples(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("zip")
    dialog.form.count.setValue(9)
    picture = dialog.preview.picture
    qtbot.waitUntil(lambda: picture.frame().size().toTuple() == (3 * 28, 3 * 28), timeout=30_000)
    assert dialog.preview.caption.text() == "The first of these pictures"
    before = picture.frame().toImage()
    dialog.form.seed.setValue(4)  # shown without another click
    qtbot.waitUntil(lambda: picture.frame().toImage() != before, timeout=30_000)
    dialog.form.count.setValue(50_000)
    qtbot.waitUntil(lambda: picture.frame().size().toTuple() == (4 * 28, 4 * 28), timeout=30_000)
    dialog.form.truncation.setValue(0)  # all alike

    def has_alike() -> bool:
        image = picture.frame().toImage()
        return image.copy(0, 0, 28, 28) == image.copy(56, 84, 28, 28)

    assert not has_alike()
    qtbot.waitUntil(has_alike, timeout=30_000)
