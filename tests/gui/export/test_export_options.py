"""Options of an export, as they reach the file."""

import dataclasses
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import Saved
from ganstudio.export.job import Content, Paper
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.export.form import Option
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.export import Keys
from ganstudio.latent import models
from ganstudio.plots.plane import Layer
from ganstudio.runs import runner
from ganstudio.runs.folder import RunFolder
from support.export_dialog import open_run, start_export, wait_for
from support.panels import CONDITIONAL, GRID, SMALL, Z_SIZE, grid
from support.points import settings


def test_the_grid_of_the_viewed_step(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    assert dialog.form.shown() == {"step", "scale"}
    model.view(10)
    dialog.form.scale.setValue(3)
    assert dialog.destination.name.text() == "run-grid-10.png"
    assert dialog.destination.path == tmp_path / "out" / "run-grid-10.png"
    row = start_export(qtbot, dialog)
    assert "step 10" in wait_for(qtbot, row)
    saved = np.asarray(Image.open(tmp_path / "out" / "run-grid-10.png").convert("L"))
    assert saved.shape == (3 * 28 * GRID,) * 2
    assert saved[0, 0] == grid(10).pictures[0, 0, 0]


def test_the_newest_step_can_be_taken_while_the_past_is_viewed(qtbot, dialog, model, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    model.view(10)
    dialog.form.step.setCurrentIndex(1)
    assert "step 20" in wait_for(qtbot, start_export(qtbot, dialog))
    assert np.asarray(Image.open(tmp_path / "out" / "run-grid.png").convert("L"))[0, 0] == 20


def test_a_generator_is_written_and_found_again(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    model.view(10)
    dialog.choose("safetensors")
    wait_for(qtbot, start_export(qtbot, dialog))
    found = models.of_file(tmp_path / "out" / "run-generator-10.safetensors")
    assert found.step == 10
    assert found.config.network == SMALL.network


def test_a_class_can_be_chosen_of_a_conditional_run(qtbot, dialog: ExportDialog, model: RunModel, tmp_path) -> None:
    from ganstudio.latent.paths import noise
    from ganstudio.latent.sampler import Sampler

    open_run(model, tmp_path / "run", CONDITIONAL)
    dialog.choose("png", Content.SAMPLE)
    assert dialog.form.shown() == {"step", "label", "seed", "scale"}
    dialog.form.label.setCurrentIndex(1 + 7)
    dialog.form.seed.setValue(5)
    dialog.form.scale.setValue(1)
    wait_for(qtbot, start_export(qtbot, dialog))
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
    assert dialog.content_box.currentData() == Content.WALK
    assert "4 key pictures" in dialog.form.route.currentText()
    assert "seed" not in dialog.form.shown()
    dialog.choose("webp", Content.WALK)
    for field, value in ((dialog.form.seconds, 2), (dialog.form.fps, 10), (dialog.form.scale, 1)):
        field.setValue(value)
    wait_for(qtbot, start_export(qtbot, dialog))
    made = Sampler.from_snapshot(model.snapshots[-1][1], SMALL).sample(keys)
    with Image.open(tmp_path / "out" / "run-walk.webp") as film:
        assert film.n_frames == 20
        for number, picture in enumerate(made):
            film.seek(5 * number)
            assert np.abs(np.asarray(film.convert("L")).astype(int) - picture).max() <= 2
    dialog.form.route.setCurrentIndex(1)
    assert "seed" in dialog.form.shown()
    model.begin(SMALL)
    assert "way" not in dialog.form.shown()


def test_sprites_have_options_of_their_own(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    sprites = dataclasses.replace(SMALL, data=cfg.DataConfig("digits", size="24x48", channels=4))
    open_run(model, tmp_path / "run", sprites)
    form = dialog.form
    dialog.choose("png", Content.SPRITES)
    assert {Option.EDGES, Option.PALETTE} < form.shown()
    assert Option.PAPER not in form.shown()  # a PNG is transparent
    form.edges.setChecked(True)
    form.palette_box.setCurrentText("8")
    form.count.setValue(4)
    wait_for(qtbot, start_export(qtbot, dialog))
    saved = np.asarray(Image.open(tmp_path / "out" / "run-sprites.png"))
    assert saved.shape == (48, 96, 4)
    assert set(np.unique(saved[..., 3])) == {0, 255}
    assert len(np.unique(saved[saved[..., 3] == 255], axis=0)) <= 8
    dialog.choose("webp", Content.WALK)
    assert Option.PAPER not in form.shown()
    dialog.choose("gif", Content.WALK)
    form.paper.setCurrentText("a checkerboard")
    job = form.job(tmp_path, tmp_path)
    assert (job.paper, job.alpha_threshold, job.palette) == (Paper.CHECKERBOARD, 0.5, 8)
    open_run(model, tmp_path / "grey")
    assert not {Option.EDGES, Option.PALETTE, Option.PAPER} & form.shown()
    job = form.job(tmp_path, tmp_path)
    assert (job.paper, job.alpha_threshold, job.palette) == (Paper.WHITE, None, 0)


def test_the_plane_of_points_is_exported_with_the_layers_that_are_chosen(qtbot, dialog, model, tmp_path: Path) -> None:
    config = settings("lab-ring-8", steps=1, data__channels=3)
    list(runner.start(config, catalog.load_for(config), tmp_path / "run").events())
    open_run(model, tmp_path / "other")
    assert dialog.content_box.findData(Content.PLANE) < 0  # pictures have none
    run = RunFolder.open(tmp_path / "run")
    model.begin(config, run)
    for step, path in run.snapshots():
        model.handle(Saved(step, "snapshot", str(path)))
    dialog.refresh()
    dialog.form.layers.choose((Layer.REAL, Layer.LAG, Layer.UNITS))
    dialog.choose("svg", Content.PLANE)
    assert dialog.form.shown() == {"step", "layers"}
    assert dialog.form.layers.text() == "real, D \N{MINUS SIGN} best"
    actions = {action.text(): action for action in dialog.form.layers.menu().actions()}
    actions["D"].trigger()  # one map at a time
    actions["traces"].trigger()
    assert dialog.form.job(run.path, tmp_path).layers == (Layer.REAL, Layer.OPINION, Layer.TRACES)
    wait_for(qtbot, start_export(qtbot, dialog))
    drawing = (tmp_path / "out" / f"{run.name}-plane.svg").read_text()
    assert ">real<" in drawing
    assert ">fake<" not in drawing
    dialog.choose("gif", Content.PROGRESS)
    assert dialog.form.shown() == {"step", "seconds", "fps", "scale", "caption"}  # points have no palette
    dialog.choose("gif", Content.PLANE)
    assert dialog.form.shown() == {"step", "layers", "seconds", "fps", "scale", "caption"}
    dialog.form.layers.choose((Layer.FAKE,))
    requested = dialog.preview._requested
    assert requested is not None
    assert requested[1].layers == (Layer.FAKE,)
    dialog.choose("csv", Content.POINTS)
    assert dialog.form.shown() == {"step"}
