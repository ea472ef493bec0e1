"""Measuring a run's generator: while it trains, or its newest checkpoint afterwards.

It leaves no trace in the training: the noise comes from a random generator of its own, and the time is taken off the
training's clock, so that a run has the same bits with it as without.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.errors import Cancelled, RunError, StudioError, reason
from ganstudio.evaluation import features
from ganstudio.evaluation.meter import Meter
from ganstudio.evaluation.points import meter
from ganstudio.evaluation.points.meter import PointMeter
from ganstudio.evaluation.report import Report
from ganstudio.events import Measured
from ganstudio.images import Pictures, to_uint8
from ganstudio.runs import history, moving
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.plan import ResumePlan, make_resumed_trainer
from ganstudio.training.ema import frozen_copy
from ganstudio.training.rng import make_generator
from ganstudio.training.trainer import Trainer

FIRST_COST_SECONDS = 1.0  # that the first measurement is expected to take
_MAX_END_FRACTION = 0.25  # of the training time may go into measuring a run that is done
Forward = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor | None]]


class Evaluator:
    """Measures the generator of a trainer, as often as `config.measure` asks for; in rank 0 only.

    Parameters
    ----------
    trainer
        Measured between two of its steps.
    is_cancelled
        Asked several times a second while measuring; true ends it at once.
    now
        Clock in seconds.
    """

    def __init__(
        self,
        trainer: Trainer,
        is_cancelled: Callable[[], bool] = lambda: False,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._trainer = trainer
        self._is_cancelled = is_cancelled
        self._now = now
        self._meter: Meter | None = None
        self._point_meter: PointMeter | None = None
        self._has_failed = False
        self._real_fcd: float | None = None  # distance of other real pictures, once it is measured
        self._step = -1  # of the last measurement
        self._began = trainer.clock.seconds
        self._epoch = trainer.epoch  # of the last measurement
        self._spent = 0.0  # seconds on all measurements
        self._cost = FIRST_COST_SECONDS  # that the next one may take

    def is_due(self) -> bool:
        """Return whether to measure now: every `measure.every` epochs, but only while there is time for it.

        There is if what was spent, and what the next one takes, is within `measure.share` of the training time since
        the run was started or resumed.
        """
        every, epoch = self._trainer.config.measure.every, self._trainer.epoch
        if self._has_failed or not every or epoch // every <= self._epoch // every:
            return False
        return self._is_affordable()

    def is_due_at_end(self) -> bool:
        """Return whether to measure a run that is done: not if it just was, or would take long for its training."""
        trained = self._trainer.clock.seconds - self._began
        wanted = self._trainer.config.measure.every and not self._has_failed and self._step != self._trainer.step
        return bool(wanted) and self._cost <= _MAX_END_FRACTION * trained

    def _is_affordable(self) -> bool:
        trained = self._trainer.clock.seconds - self._began
        return self._spent + self._cost <= self._trainer.config.measure.share * trained

    def measure(self, thorough: bool = False) -> Measured | None:
        """Measure the generator as it is now; None if cancelled.

        Parameters
        ----------
        thorough
            Also measure what other real pictures have.

        Raises
        ------
        RunError
            It failed, for whatever reason. `is_due` is false from then on, until a measurement succeeds.
        """
        began = self._now()
        try:
            with _fork_random_state(torch.device(self._trainer.config.engine.device)):
                figures = self._figures(thorough)
        except Cancelled:
            return None
        except Exception as error:  # whatever it is, it must not end the run
            self._has_failed = True
            why = str(error).rstrip(".") or type(error).__name__
            what = "pictures" if self._trainer.batches.points is None else "points"
            raise RunError(f"The {what} cannot be measured: {why}.") from error
        finally:
            took = self._now() - began
            self._spent += took
            self._trainer.clock.skip(took)
        self._epoch = self._trainer.epoch
        self._step = self._trainer.step
        self._cost = took
        self._has_failed = False
        return Measured(step=self._step, epoch=self._epoch, seconds=took, **figures)

    def _figures(self, thorough: bool) -> dict[str, Any]:
        """Return the figures of a measurement, by their names in `Measured`."""
        source = self._trainer.batches.points
        if source is not None:
            if self._point_meter is None or self._point_meter.distribution is not source.distribution:
                self._point_meter = PointMeter(source.distribution)  # the first, or they were changed by hand
            return {"features": meter.NAME, **vars(self._point_meter.measure(self.generate_points(meter.COUNT)))}
        report = self._report()
        if thorough and self._real_fcd is None and self._meter is not None:
            self._real_fcd = self._meter.real_distance(self._trainer.batches.pictures)
        figures = vars(report) | {"fcd_real": self._real_fcd}
        del figures["real_count"]
        return figures

    def generate_points(self, count: int) -> npt.NDArray[np.float32]:
        """Generate the points (count, 2) that are measured, with the same noise every time; see `generate`."""
        return torch.cat(list(self._generate(count))).flatten(1).cpu().numpy()

    def generate(self, count: int) -> Pictures:
        """Generate the pictures that are measured: the same noise every time; classes as frequent as in the data.

        Parameters
        ----------
        count
            Number of pictures.

        Returns
        -------
        ndarray of uint8, shape (count, H, W) or (count, H, W, 3)

        Raises
        ------
        Cancelled
            `is_cancelled` became true.
        """
        return np.concatenate([to_uint8(x) for x in self._generate(count)])

    @torch.no_grad()
    def _generate(self, count: int) -> Iterator[torch.Tensor]:
        trainer, config = self._trainer, self._trainer.config
        device = torch.device(config.engine.device)
        rng = make_generator(config.seed, "measure", device)
        G = frozen_copy(trainer.G) if config.ema.show_raw else trainer.G_ema.module
        batch = meter.COUNT if config.makes_points else features.at_once(*config.data.sides)
        for start in range(0, count, batch):
            _check(self._is_cancelled)
            z = torch.randn(min(batch, count - start), config.network.z_size, generator=rng, device=device)
            labels = trainer.batches.draw_labels(rng, len(z)) if config.network.conditional else None
            yield G(z, labels)

    def _report(self) -> Report:
        report = self._ready_meter().measure(self.generate)
        if not math.isfinite(report.fcd):
            raise StudioError("their distance to real ones is not a finite number")
        return report

    def _ready_meter(self) -> Meter:
        """Return the meter for the current number of pictures; it looks at the real ones once."""
        data, count = self._trainer.config.data, self._trainer.config.measure.count
        pictures = self._trainer.batches.pictures
        if self._meter is None or self._meter.count != min(count, len(pictures)):
            chosen = features.choose(data.name, data.size, data.channels)
            self._real_fcd = None
            self._meter = Meter(
                pictures, replace(chosen, forward=_cancellable(chosen.forward, self._is_cancelled)), count
            )
        return self._meter


def _cancellable(forward: Forward, is_cancelled: Callable[[], bool]) -> Forward:
    """Return `forward`, which takes some hundred pictures at a time, so that it can be cancelled in between."""

    def checked_forward(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        _check(is_cancelled)
        return forward(pictures)

    return checked_forward


def _check(is_cancelled: Callable[[], bool]) -> None:
    if is_cancelled():
        raise Cancelled


def measure_newest(
    path: Path, home: Path | None = None, is_cancelled: Callable[[], bool] = lambda: False
) -> Measured | None:
    """Measure the newest checkpoint of a run that nobody trains, and append that to its history; None if cancelled.

    Parameters
    ----------
    path
        Folder of the run.
    home
        Where data sets are stored, if neither in the usual place nor where they were when the run began.
    is_cancelled
        Asked several times a second.

    Raises
    ------
    RunError
        The folder is no run, another program trains it, it has no checkpoint, or it cannot be measured.
    DataError
        Its data set is missing.
    """
    run = RunFolder.open(path)
    with run.lock():
        changes = {} if moving.is_here(run.config) else {"engine.device": "auto", "engine.precision": "auto"}
        plan = ResumePlan.read(run, changes, home)
        if plan.state is None:
            raise RunError(f"{run.display_name} has no checkpoint to measure.")
        try:
            dataset = plan.dataset(is_cancelled)
        except Cancelled:
            return None
        trainer = make_resumed_trainer(plan, dataset)
        with contextlib.closing(trainer.batches):
            measured = Evaluator(trainer, is_cancelled).measure(thorough=True)
        if measured is not None:
            _append(run, measured)
        return measured


def _append(run: RunFolder, measured: Measured) -> None:
    """Append it to the history, which then ends as it ended before."""
    _, end = history.read_last(run.path / "history.jsonl")
    try:
        run.append(measured)
        if end is not None:
            run.append(history.end_mark(end, measured.step))
    except OSError as error:
        raise RunError(f"The measurement cannot be written: {reason(error)}.") from error


def _fork_random_state(device: torch.device) -> AbstractContextManager[None]:
    """Restore torch's own random state, which training may use, afterwards."""
    cuda = [device.index or 0] if device.type == "cuda" else []
    return torch.random.fork_rng(cuda)
