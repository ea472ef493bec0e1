"""Event files, read back by TensorBoard's own reader."""

import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.errors import Cancelled, ExportError
from ganstudio.events import Marked
from ganstudio.export import records
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Job
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.retention import remove_after
from support import export
from support.export import Block

event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


def read(folder: Path) -> "event_accumulator.EventAccumulator":
    found = event_accumulator.EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
    found.Reload()
    return found


def scalars(found: "event_accumulator.EventAccumulator", tag: str) -> dict[int, float]:
    return {each.step: each.value for each in found.Scalars(tag)}


def words(found: "event_accumulator.EventAccumulator", tag: str) -> list[str]:
    return [each.tensor_proto.string_val[0].decode() for each in found.Tensors(tag)]


@pytest.fixture
def log(finished: RunFolder, out: Path) -> "event_accumulator.EventAccumulator":
    FORMATS["tensorboard"].write(Job(finished.path, out / "log"))
    return read(out / "log")


def test_every_curve_and_measure_is_there(log: "event_accumulator.EventAccumulator") -> None:
    absent = {records.TAGS["augment_p"]}  # this run was not augmented
    assert set(log.Tags()["scalars"]) | absent == {*records.TAGS.values(), *records.MEASURE_TAGS.values()} | {
        f"classes/{number}" for number in range(10)
    }
    assert not absent & set(log.Tags()["scalars"])
    loss = scalars(log, "loss/D")
    assert len(loss) == 49  # none at step 60, where D was not trained
    assert loss[40] == pytest.approx(1.4)
    assert 60 not in loss
    assert scalars(log, "accuracy/fake")[60] == 0.25
    assert scalars(log, "quality/fcd") == {40: 30.0, 95: 12.5}
    assert scalars(log, "classes/9")[95] == pytest.approx(0.1)


def test_times_are_the_runs_own(log: "event_accumulator.EventAccumulator") -> None:
    times = [each.wall_time for each in log.Scalars("loss/G")]
    assert times[0] == 1795361400 + 0.5  # 2026-11-22 15:30 UTC, and half a second of training
    assert times[-1] - times[0] == 24.5
    assert times == sorted(times)


def test_grids_are_pictures_with_their_pixels(log: "event_accumulator.EventAccumulator", finished: RunFolder) -> None:
    shown = log.Images(records.GRID_TAG)
    assert [each.step for each in shown] == list(export.STEPS)
    with Image.open(io.BytesIO(shown[2].encoded_image_string)) as image:
        pixels = np.asarray(image)
    assert pixels.shape == (shown[2].height, shown[2].width) == (84 * 6, 84 * 6)
    assert np.array_equal(pixels[::6, ::6], export.tiled(export.grid(20, finished.config)))


def test_settings_and_marks_are_text(log: "event_accumulator.EventAccumulator") -> None:
    (settings,) = words(log, records.SETTINGS_TAG)
    assert "z_size = 8" in settings
    assert all(line.startswith("    ") for line in settings.splitlines())  # a block of code
    assert words(log, records.MARKS_TAG) == ["change: learning rate of D: 0.0002 -> 0.0001", "warning: a warning"]
    assert log.SummaryMetadata(records.MARKS_TAG).plugin_data.plugin_name == "text"


def test_a_folder_with_something_in_it_is_left_alone(finished: RunFolder, out: Path) -> None:
    (out / "log").mkdir()
    FORMATS["tensorboard"].write(Job(finished.path, out / "log"))
    before = export.left_over(out / "log")
    assert len(before) == 1
    with pytest.raises(ExportError, match="not an empty folder"):
        FORMATS["tensorboard"].write(Job(finished.path, out / "log"))
    assert export.left_over(out / "log") == before


def test_called_off_it_leaves_nothing(finished: RunFolder, out: Path) -> None:
    told: list[int] = []
    job = Job(
        finished.path,
        out / "log",
        on_progress=lambda done, total: told.append(done),
        should_stop=lambda: len(told) == 3,
    )
    with pytest.raises(Cancelled):
        FORMATS["tensorboard"].write(job)
    assert export.left_over(out) == []


def test_without_tensorboard_it_names_the_command(block: Block, finished: RunFolder, out: Path) -> None:
    block("tensorboard")
    with pytest.raises(
        ExportError, match=rf"{re.escape(sys.executable)} -m pip install --force-reinstall 'tensorboard>=2.18'"
    ):
        FORMATS["tensorboard"].write(Job(finished.path, out / "log"))


class Trainer:
    """Writes a run between the looks of whoever follows it, and notes what a reader of the log sees by then."""

    def __init__(self, run: RunFolder, log: Path) -> None:
        self.run, self.log = run, log
        self.lock = run.lock()
        self.seen: list[dict[int, float]] = []
        self.turn = 0

    def stop(self) -> bool:
        """Asked by the follower before each look and each event."""
        done = self.turn
        if self.log.is_dir():
            found = read(self.log)
            self.seen.append(scalars(found, "loss/G") if "loss/G" in found.Tags()["scalars"] else {})
        self.turn += 1
        if done == 1:
            self.run.append(export.tick(10))
        elif done == 4:
            self.run.append(export.tick(20))
            self.run.save_samples(export.grid(20, self.run.config))
            self.run.append(export.measured(20, 5.0))
        elif done == 9:
            remove_after(self.run, 10)
            self.run.append(Marked(10, "resume", "from step 10"))
            self.run.append(export.tick(15))
        return done > 13

    def end(self) -> None:
        self.lock.release()


def test_a_run_that_goes_on_is_followed_and_going_back_forgets(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", steps=(0,), ticks=0)
    trainer = Trainer(run, out / "log")
    try:
        FORMATS["tensorboard"].write(Job(run.path, out / "log", follow=True, should_stop=trainer.stop))
    finally:
        trainer.end()
    assert {10: 0.5} in trainer.seen  # while it went on, not only in the end
    assert {10: 0.5, 20: 0.5} in trainer.seen
    found = read(out / "log")
    assert list(scalars(found, "loss/G")) == [10, 15]  # 20 was lived again
    assert [each.step for each in found.Images(records.GRID_TAG)] == [0]


def test_a_rewind_drops_the_very_next_step_and_keeps_its_own(tmp_path: Path) -> None:
    run = export.run(tmp_path / "run", steps=(0,), ticks=0)
    (tmp_path / "log").mkdir()
    with records.RunRecords(tmp_path / "log", run) as log:
        for step in (9, 10, 11):
            log.write(export.tick(step))
        log.forget_after(10)
        log.write(export.tick(12))
    assert list(scalars(read(tmp_path / "log"), "loss/G")) == [9, 10, 12]


def test_an_interrupted_follower_keeps_what_there_is(tmp_path: Path, out: Path) -> None:
    run = export.run(tmp_path / "run", steps=(0,))
    asked: list[int] = []

    def interrupt() -> bool:
        asked.append(1)
        if len(asked) == 20:
            raise KeyboardInterrupt
        return False

    said = FORMATS["tensorboard"].write(Job(run.path, out / "log", follow=True, should_stop=interrupt))
    assert "records of run" in said
    assert len(scalars(read(out / "log"), "loss/G")) == 17  # 20 looks, less the first and those before grid and this


def test_following_a_finished_run_ends_by_itself(finished: RunFolder, out: Path) -> None:
    told: list[tuple[int, int]] = []
    job = Job(finished.path, out / "log", follow=True, on_progress=lambda *at: told.append(at))
    FORMATS["tensorboard"].write(job)
    assert told[-1] == (100, 100)
    assert len(scalars(read(out / "log"), "loss/D")) == 49
    assert scalars(read(out / "log"), "quality/fcd") == {40: 30.0, 95: 12.5}
    assert export.left_over(out) == ["log"]
