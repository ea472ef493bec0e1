"""A run drawn by hand: trained, changed, rewound, branched, compared, a film made of it, and opened elsewhere."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageSequence

from ganstudio import config as cfg
from ganstudio.data import catalog, dataset_switch
from ganstudio.data.points import drawings, sets
from ganstudio.data.points.edits import Added, Erased
from ganstudio.events import Finished, Marked, Paused, Stepped
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Job
from ganstudio.gui.compare.window import CompareWindow
from ganstudio.gui.lab.drawing_dialog import DrawingDialog
from ganstudio.runs import archive, branch, drawing, runner
from ganstudio.runs.folder import RunFolder
from support.drawing import draw
from support.points import SMALL
from support.runs import until, weights
from support.window import WAIT

ERASE, ADD = Erased(((-0.4, 0.5),), 0.15), Added(((0.0, -0.5),), 60, 0.05)


def test_a_run_drawn_by_hand_from_the_canvas_to_another_computer(dressed, qtbot, tmp_path: Path, monkeypatch):
    dialog = DrawingDialog(None)
    qtbot.addWidget(dialog)
    dialog.show()
    draw(dialog, (-0.5, 0.5), (0.5, 0.5))
    dialog.name.setText("bow")
    dialog.apply_button.click()
    config = dataset_switch.switch_dataset(cfg.RunConfig(), "bow")
    for path, value in (SMALL | {"steps": 8, "output.sample_seconds": 0.1}).items():
        config = cfg.change(config, path, value)

    run = runner.start(config, catalog.load_for(config), tmp_path / "bow")
    events = run.events()
    for event in events:
        if isinstance(event, Stepped) and event.step in (2, 5):
            run.control.pause()
            until(events, Paused)
            run.control.edit_points(ERASE if event.step == 2 else ADD)
            until(events, Marked)
            run.control.resume()
    trained = RunFolder.open(tmp_path / "bow")
    whole = weights(trained.path, 8)
    assert drawing.read_edits(trained, None) == (ERASE, ADD)

    side = branch.branch(trained.path, 5, {"seed": 7}, tmp_path / "side")
    assert isinstance(list(runner.resume(side.path).events())[-1], Finished)
    assert drawing.read_edits(side, None) == (ERASE, ADD)
    rewound = runner.resume(trained.path, at=2)
    assert rewound._trainer.batches.points.edits == ()
    assert isinstance(list(rewound.events())[-1], Finished)
    assert drawing.read_edits(trained, None) == ()
    again = weights(trained.path, 8)
    assert not all(torch.equal(whole[key], again[key]) for key in whole)

    window = CompareWindow()
    qtbot.addWidget(window)
    window.show()
    window.compare([trained.path, side.path])
    qtbot.waitUntil(lambda: len(window.titles()) == 2, timeout=WAIT)
    assert window.stop()
    rows = {label: texts for label, *texts in window.table.texts()}
    assert rows["changes of points"] == ["2, the last at step 2", "2, the last at step 5"]
    assert rows["seed"] == ["0", "0, 7 from step 5"]

    FORMATS["gif"].write(Job(side.path, tmp_path / "film.gif"))
    with Image.open(tmp_path / "film.gif") as film:
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert len(frames) == len(side.samples()) > 1
    assert (frames[0] != frames[-1]).any()

    archive.pack(side, tmp_path / "side.ganrun")
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "elsewhere"))
    assert not drawings.exists("bow")
    there = archive.unpack(tmp_path / "side.ganrun", tmp_path / "other")
    goes_on = runner.resume(there.path, {"steps": 9})
    source = goes_on._trainer.batches.points
    assert source is not None
    assert source.edits == (ERASE, ADD)
    assert isinstance(list(goes_on.events())[-1], Finished)
    points = sets.draw_changed(source, 0)[0]
    assert (np.hypot(*(points - (0.0, -0.5)).T) < 0.3).sum() == 60
    assert (np.hypot(*(points - (-0.4, 0.5)).T) < 0.15).sum() == 0
    assert np.abs(points[points[:, 1] > 0][:, 1] - 0.5).max() < 0.06
