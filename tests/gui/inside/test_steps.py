"""One channel at steps of the run, for the same input."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import Qt

from ganstudio import config as cfg
from ganstudio.events import Saved
from ganstudio.gui.inside.steps_page import MAX_STEPS, describe_learning
from ganstudio.gui.inside.window import InsideWindow
from ganstudio.gui.model.viewing import snapshot_models
from ganstudio.gui.workers.inside_requests import Step
from ganstudio.latent.sampler import Sampler
from support import models
from support.explorer import kit
from support.window import TINY, WAIT

DCGAN = replace(TINY, data=cfg.DataConfig("digits", 28), network=cfg.NetworkConfig("dcgan", 12, 8))
PICTURE = np.zeros((1, 2, 2), np.uint8)


def test_the_channel_and_the_picture_of_the_same_z_at_each_snapshot(qtbot, dressed, thread, tmp_path: Path) -> None:
    run = kit(tmp_path, thread, DCGAN)
    window = InsideWindow(run.model, run.explorer, thread)
    qtbot.addWidget(window)
    window.resize(1100, 660)
    window.show()
    qtbot.waitUntil(lambda: window.looker.seen is not None, timeout=WAIT)
    assert not window.maps.steps_button.isEnabled()  # there is one snapshot
    for step in (20, 300):
        models.write(tmp_path / f"{step}.safetensors", DCGAN, seed=step, step=step)
        run.model.handle(Saved(step, "snapshot", str(tmp_path / f"{step}.safetensors")))
    window.diagram.row("G").cards[1].click()
    qtbot.waitUntil(lambda: window.looker.seen is not None and window.looker.seen.seen.count == 8, timeout=WAIT)
    window.maps.steps_button.click()
    page = window.steps
    qtbot.waitUntil(lambda: len(page.steps) == 3, timeout=WAIT)
    assert [step.step for step in page.steps] == [1, 20, 300]
    z, channel = torch.from_numpy(run.explorer.z[None]), window.looker.channel
    for step in page.steps:
        sampler = Sampler.from_snapshot(tmp_path / f"{step.step}.safetensors", DCGAN)
        with torch.no_grad():
            assert np.allclose(step.values, sampler.G.layers[:6](z)[0, channel], atol=1e-5)
        assert np.array_equal(step.picture, sampler.sample(z.numpy()))
    assert np.array_equal(page.grid.pictures[1, 29:, :, 0], page.steps[1].picture[0])  # the picture below the map
    assert "From step 1 to step 300" in page.says.text()
    (tmp_path / "20.safetensors").unlink()  # as a run does that has little room
    page.hide()
    page.show()
    qtbot.waitUntil(lambda: page.says.text().endswith("1 snapshot could not be read."), timeout=WAIT)
    assert [step.step for step in page.steps] == [1, 300]
    models.write(tmp_path / "20.safetensors", DCGAN, seed=20, step=20)
    before = page.steps
    run.explorer.randomise(9)
    qtbot.waitUntil(lambda: page.steps is not before and len(page.steps) == 3, timeout=WAIT)
    assert np.array_equal(page.steps[0].picture, run.makes(run.explorer.z[None]))
    qtbot.mouseClick(page.grid, Qt.MouseButton.LeftButton, pos=page.grid.centre_of(1))
    assert run.model.viewed_step == 20
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert window.maps.isVisible()
    window.close()
    assert window.stop()


def steps(*maps: list[float]) -> tuple[Step, ...]:
    values = (np.array([each], np.float32) for each in maps)
    return tuple(Step(10 * number, each, PICTURE, None) for number, each in enumerate(values))


def test_it_says_since_when_a_map_has_looked_as_it_does() -> None:
    end = [1.0, 2.0, 5.0]
    assert "Since step 20" in describe_learning(steps(end, [5.0, 1.0, 0.0], [2.0, 4.1, 10.0], [0.0, 1.1, 4.0], end))
    assert "Since step 0" in describe_learning(steps(end, end))
    assert "still changes" in describe_learning(steps(end, [0.0, 0.0, 0.0], end))
    off = [0.0, 0.0, 0.0]
    assert "Since step 10" in describe_learning(steps(end, off, off, off))
    assert describe_learning(steps([1.0], [1.0])) == ""


def test_long_runs_are_shown_at_a_few_steps_the_first_and_the_last_among_them(thread, tmp_path: Path) -> None:
    model = kit(tmp_path, thread, DCGAN).model
    for step in range(2, 101):
        model.handle(Saved(step, "snapshot", str(tmp_path / "1.safetensors")))
    chosen = [each.step for each in snapshot_models(model, MAX_STEPS)]
    assert len(chosen) == MAX_STEPS
    assert (chosen[0], chosen[-1]) == (1, 100)
    assert max(np.diff(chosen)) - min(np.diff(chosen)) <= 1
