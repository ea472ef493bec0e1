"""Measuring while a run trains."""

import json
import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio import sizes
from ganstudio.commands import INTERRUPTED, following
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.errors import Cancelled
from ganstudio.evaluation import features
from ganstudio.evaluation.meter import Meter
from ganstudio.evaluation.report import Report
from ganstudio.events import Finished, ManualUpdate, Marked, MarkKind, Measured, Paused, Saved, Stepped
from ganstudio.runs import evaluator, runner
from ganstudio.runs.evaluator import Evaluator
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow
from ganstudio.runs.summary import summarize
from ganstudio.training.clock import Clock
from support.runs import Start, assert_same, marks, of, raising, until, weights

OFTEN = {"measure__every": 1, "measure__share": 1.0, "measure__count": 100, "output__checkpoint_seconds": 86_400.0}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first measurement is expected to take no time, and so are those after it."""
    monkeypatch.setattr(evaluator, "FIRST_COST_SECONDS", 0.0)
    monkeypatch.setattr(Evaluator, "_is_affordable", lambda self: True)
    monkeypatch.setattr(Evaluator, "is_due_at_end", lambda self: False)


def reporting(monkeypatch: pytest.MonkeyPatch, *distances: float) -> list[np.ndarray]:
    """Measurements give these distances; the pictures that were measured."""
    seen: list[np.ndarray] = []
    left = iter(distances)

    def measure(meter: Meter, make: Any) -> Report:
        seen.append(make(meter.count))
        return Report("made-up", meter.count, meter.count, next(left), 0.5, 0.5, 0.5, 0.5)

    monkeypatch.setattr(Meter, "measure", measure)
    return seen


def test_a_run_measures_once_an_epoch(start: Start) -> None:
    run = start(steps=24, **OFTEN)
    told = list(run.events())
    found = of(Measured, told)
    assert [event.step for event in found] == [8, 16, 24]
    for event in found:
        assert event.count == 64  # there are no more real ones
        assert event.fcd > 0
        assert 0 < event.seconds < 60
        assert event.features
        assert all(0 <= share <= 1 for share in (event.precision, event.recall, event.coverage))
    lines = [json.loads(line) for line in (run.folder.path / "history.jsonl").read_text().splitlines()]
    assert [line["fcd"] for line in lines if line.get("mark") == "metric"] == pytest.approx(
        [event.fcd for event in found], rel=1e-5
    )
    assert [event.step for event in of(Measured, list(follow(run.folder, lambda: False)))] == [8, 16, 24]


def test_it_leaves_no_trace_in_the_training(start: Start) -> None:
    seed_of_torch = torch.get_rng_state()
    with_it, without = start("with", steps=20, **OFTEN), start("without", steps=20, measure__every=0)
    one, other = list(with_it.events()), list(without.events())
    assert of(Measured, one)
    assert not of(Measured, other)
    assert_same(weights(with_it.folder.path, 20), weights(without.folder.path, 20))
    assert torch.equal(torch.get_rng_state(), seed_of_torch)
    ticks = [
        [(row.step, row.d_loss, row.g_loss, row.d_acc) for row in told.folder.history().ticks]
        for told in (with_it, without)
    ]
    assert [row for row in ticks[0] if row[0] == 20] == [row for row in ticks[1] if row[0] == 20]


def test_its_time_is_not_training(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = reporting(monkeypatch, 3.0, 2.0)
    slow = Meter.measure

    def measure(meter: Meter, make: Any) -> Report:
        time.sleep(0.3)
        return slow(meter, make)

    monkeypatch.setattr(Meter, "measure", measure)
    run = start(steps=17, **OFTEN)
    begun = time.monotonic()
    told = list(run.events())
    assert len(seen) == 2
    assert all(event.seconds >= 0.3 for event in of(Measured, told))
    assert run.folder.history().ticks[-1].seconds <= time.monotonic() - begun - 0.6


def test_the_next_one_waits_until_the_last_one_is_paid_for(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    run = start(steps=1000, **(OFTEN | {"measure__share": 0.1}))
    trainer = run._trainer
    monkeypatch.setattr(trainer, "clock", Clock())
    times = iter([0.0, 2.0, 2.0, 5.0])
    meter = Evaluator(trainer, now=lambda: next(times))
    monkeypatch.setattr(meter, "_report", lambda: Report("made-up", 1, 1, 1.0, 0.5, 0.5, 0.5, 0.5))

    def due(epoch: float, seconds: float) -> bool:
        trainer.game.progress.batches = int(epoch * trainer.batches.per_epoch)
        trainer.clock.seconds = seconds
        return meter.is_due()

    assert not due(0.5, 100.0)
    assert not due(1.0, 9.0)  # the first one is expected to take a second
    assert due(1.0, 10.0)
    meter.measure()  # 2 s
    assert not due(1.5, 100.0)
    assert not due(2.0, 39.0)
    assert due(2.0, 40.0)
    meter.measure()  # 3 s
    assert not due(3.0, 79.0)
    assert due(3.5, 80.0)
    trainer.change("measure.every", 3)
    assert due(3.5, 80.0)
    trainer.change("measure.every", 4)
    assert not due(3.5, 80.0)
    assert due(4.0, 80.0)
    trainer.change("measure.every", 0)
    assert not due(9.0, 1000.0)


def test_the_best_is_saved_at_once_and_kept(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting(monkeypatch, 5.0, 2.0, 3.0, 4.0, 6.0)
    run = start(steps=48, output__keep_checkpoints=0, **OFTEN)
    told = []
    for event in run.events():
        told.append(event)
        if isinstance(event, Stepped) and event.step >= 20:
            run.control.save()
    saved = [event.step for event in of(Saved, told) if event.kind == "checkpoint"]
    assert saved[:3] == [0, 8, 16]
    best = [index for index, event in enumerate(told) if isinstance(event, Measured)][1]
    assert told[best + 1] == Saved(16, "checkpoint", str(run.folder.checkpoint_path(16)))
    assert run.folder.rewind_points()[:2] == [0, 16]
    assert len(run.folder.rewind_points()) == 5
    assert summarize(run.folder).measures.fcd == 2.0


def test_a_resumed_run_remembers_the_best(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting(monkeypatch, 2.0, 3.0, 1.0)
    run = start(steps=16, output__keep_checkpoints=0, **OFTEN)
    list(run.events())
    again = runner.resume(run.folder.path, {"steps": 40})
    told = []
    for event in again.events():
        told.append(event)
        if isinstance(event, Stepped) and event.step < 24:
            again.control.save()
            assert 8 in run.folder.rewind_points()
    assert [event.fcd for event in of(Measured, told)][:2] == [1.0]
    assert 24 in run.folder.rewind_points()


def test_a_person_need_not_wait_for_it(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=1000, **OFTEN)
    events = run.events()
    until(events, Stepped, 2)
    seen = run._trainer.G_ema.module.register_forward_pre_hook(lambda *_: run.control.pause())
    told = until(events, Paused)
    assert told[-1].step == 8
    assert not of(Measured, told)
    seen.remove()
    run.control.resume()
    told = until(events, Measured)
    assert told[-1].step == 9
    assert not marks(told, "warning")
    run._trainer.G_ema.module.register_forward_pre_hook(lambda *_: run.control.pause())
    told = until(events, Paused)  # nor for the next one
    assert not of(Measured, told)
    run.control.stop()
    assert list(events)[-1] == Finished(told[-1].step, "stopped")


def test_an_interrupt_ends_the_run_without_waiting_for_it(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    run = start(steps=1000, **OFTEN)
    run._trainer.G_ema.module.register_forward_pre_hook(lambda *_: interrupt_if_measuring(run))
    assert following.follow(run) == INTERRUPTED
    history = run.folder.history()
    assert history.end == Finished(8, "interrupted")  # the step after which the first epoch was to be measured
    assert not history.measures
    capsys.readouterr()


def interrupt_if_measuring(run: runner.Runner) -> None:
    """As Ctrl+C does it; sample grids are made of that generator, too."""
    if run._trainer.step == 8 and run.control.stopping is None:
        os.kill(os.getpid(), signal.SIGINT)


def test_real_pictures_are_measured_only_at_request(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting(monkeypatch, 3.0, 2.0)
    monkeypatch.setattr(Meter, "real_distance", lambda meter, real: 1.5)
    run = start(steps=1000, **OFTEN)
    events = run.events()
    assert until(events, Measured)[-1].fcd_real is None
    run.control.measure()
    assert until(events, Measured)[-1].fcd_real == 1.5
    events.close()


def test_measured_now_while_it_trains_and_while_it_is_paused(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting(monkeypatch, 3.0, 2.0)
    run = start(steps=1000, **(OFTEN | {"measure__every": 0}))
    events = run.events()
    until(events, Stepped, 2)
    run.control.measure()
    assert until(events, Measured)[-1].step == 2
    run.control.pause()
    until(events, Paused)
    run.control.step(ManualUpdate.ROUND)
    run.control.measure()
    told = until(events, Measured)[-1]
    assert (told.step, told.fcd) == (run._trainer.step, 2.0)  # the pause does not call it off
    run.control.measure()
    run.control.stop()
    ended = list(events)
    assert not of(Measured, ended)
    assert ended[-1] == Finished(told.step, "stopped")
    assert run.folder.history().measures[-1].fcd == 2.0


def test_a_run_that_is_done_is_measured_as_it_ended(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(evaluator, "FIRST_COST_SECONDS", 0.0)
    reporting(monkeypatch, 3.0)
    monkeypatch.setattr(Meter, "real_distance", lambda meter, real: 1.5)
    run = start(steps=7, measure__count=100)  # less than an epoch
    told = list(run.events())
    (found,) = of(Measured, told)
    assert (found.step, found.fcd, found.fcd_real) == (7, 3.0, 1.5)
    assert told[-1] == Finished(7, "done")
    assert [each.fcd_real for each in run.folder.history().measures] == [1.5]


def test_not_where_it_would_take_long_for_what_was_trained(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert not of(Measured, list(start(steps=7).events()))  # some milliseconds of training
    monkeypatch.setattr(evaluator, "FIRST_COST_SECONDS", 0.0)
    assert not of(Measured, list(start("never", steps=7, measure__every=0).events()))
    run = start("stopped", steps=100)
    events = run.events()
    until(events, Stepped, 3)
    run.control.stop()
    assert not of(Measured, list(events))


def test_real_pictures_have_a_distance_where_there_are_enough_of_them(dataset: Dataset) -> None:
    chosen = features.choose("digits", 28, 1)
    meter = Meter(dataset.images, chosen, 30)
    assert meter.real_distance(dataset.images) is None  # before the first measurement
    noise = np.random.default_rng(0).integers(0, 256, (30, 28, 28), np.uint8)
    report = meter.measure(lambda count: noise)
    real = meter.real_distance(dataset.images)
    assert real is not None
    assert 0 < real < report.fcd
    few = Meter(dataset.images, chosen, 40)
    few.measure(lambda count: noise)
    assert few.real_distance(dataset.images) is None  # 64 pictures are not twice 40


def test_an_error_is_one_warning_and_not_the_end(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meter, "measure", raising(RuntimeError("no memory left.")))
    run = start(steps=30, **OFTEN)
    told = list(run.events())
    text = "The pictures cannot be measured: no memory left. Training continues."
    assert marks(told, "warning") == [Marked(8, MarkKind.WARNING, text)]
    assert told[-1] == Finished(30, "done")


def test_a_figure_that_is_none_is_not_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting(monkeypatch, math.nan)
    told = list(start(steps=17, **OFTEN).events())
    assert not of(Measured, told)
    assert "not a finite number" in marks(told, "warning")[0].text


def test_a_conditional_run_shows_classes_as_the_data_has_them(
    start: Start, monkeypatch: pytest.MonkeyPatch, dataset: Dataset
) -> None:
    dataset.labels[:] = 7
    seen = reporting(monkeypatch, 3.0)
    run = start(steps=8, network__conditional=True, **OFTEN)
    asked: list[torch.Tensor] = []
    run._trainer.G_ema.module.register_forward_pre_hook(lambda module, given: asked.append(given[1]))
    assert of(Measured, list(run.events()))
    assert seen[0].shape == (64, 28, 28)
    shown = [labels for labels in asked if len(labels) == 64]
    assert len(shown) == 1
    assert (shown[0] == 7).all()


def test_each_measurement_looks_at_the_same_noise_and_a_changed_count_counts(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = reporting(monkeypatch, 3.0, 3.0, 3.0)
    run = start(steps=100, **OFTEN)
    monkeypatch.setattr(run._trainer.batches, "_images", np.zeros((300, 28, 28, 1), np.uint8))
    first, again = run._evaluator.generate(10), run._evaluator.generate(10)
    assert np.array_equal(first, again)
    events = run.events()
    until(events, Measured)
    run.control.change("measure.count", 200)
    until(events, Measured)
    events.close()
    assert [len(pictures) for pictures in seen] == [100, 200]


def test_large_pictures_are_generated_a_few_at_a_time(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=100, ema__show_raw=True, **OFTEN)
    whole = run._evaluator.generate(8)
    monkeypatch.setattr(sizes, "_PIXELS_AT_ONCE", 2 * 28 * 28)
    counts: list[int] = []
    monkeypatch.setattr(
        evaluator, "frozen_copy", lambda G: lambda z, labels: counts.append(len(z)) or G.eval()(z, labels)
    )
    assert run._evaluator.generate(8).shape == whole.shape
    assert counts == [2, 2, 2, 2]


def test_only_the_pictures_that_are_shown_are_measured(start: Start) -> None:
    run = start(steps=100, ema__show_raw=True, **OFTEN)
    raw = run._evaluator.generate(8)
    run._trainer.change("ema.show_raw", False)
    assert np.array_equal(raw, run._evaluator.generate(8))  # at the start they are the same
    with torch.no_grad():
        for weight in run._trainer.G.parameters():
            weight.add_(0.5)
    assert np.array_equal(raw, run._evaluator.generate(8))
    run._trainer.change("ema.show_raw", True)
    assert not np.array_equal(raw, run._evaluator.generate(8))


def test_who_follows_a_run_hears_of_measurements_as_they_come(folder: RunFolder) -> None:
    from support.runs import measured, tick

    def grow() -> Iterator[None]:
        with folder.lock():
            folder.append(tick(1))
            yield
            folder.append(measured(2, 3.0))
            yield

    growing = grow()
    next(growing)
    told = []
    for event in follow(folder, lambda: False, poll=0.01):
        told.append(event)
        if getattr(event, "step", 0) == 1:
            next(growing)
        if isinstance(event, Measured):
            next(growing, None)
    assert of(Measured, told) == [measured(2, 3.0)]


def test_a_measurement_is_cancelled_while_the_data_set_is_read(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=2)
    list(run.events())
    history = (run.folder.path / "history.jsonl").read_bytes()

    def load(*arguments: object, cancelled: Callable[[], bool], **options: object) -> None:
        assert cancelled()
        raise Cancelled

    monkeypatch.setattr(catalog, "load", load)
    assert evaluator.measure_newest(run.folder.path, is_cancelled=lambda: True) is None
    assert (run.folder.path / "history.jsonl").read_bytes() == history
    run.folder.lock().release()
