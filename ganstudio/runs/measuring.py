"""Measuring a run's pictures while it trains: when, on what, and without a trace in the training.

Its noise comes from a random generator of its own and its time is taken off the training's clock, so that a run has the
same bits with it as without.
"""

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np
import torch

from ganstudio.errors import Cancelled, StudioError
from ganstudio.evaluation import features
from ganstudio.evaluation.meter import Meter
from ganstudio.evaluation.report import Report
from ganstudio.events import Marked, MarkKind, Measured
from ganstudio.images import Pictures, to_uint8
from ganstudio.training import rng
from ganstudio.training.ema import frozen_copy
from ganstudio.training.trainer import Trainer

FIRST_COST = 1.0  # seconds that the first measurement is expected to take, before one has been seen
_SHARE_AT_END = 0.25  # of the training may go into measuring what a run ends with
_PART = 250  # pictures made at once: bounds the memory
See = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor | None]]


class Measuring:
    """Measures what a trainer's generator makes, as often as `config.measure` asks for; in the first process only.

    Parameters
    ----------
    trainer
        Measured between two of its steps.
    call_off
        Asked several times a second while measuring; true ends it at once: a person waits.
    now
        Clock in seconds.
    """

    def __init__(
        self,
        trainer: Trainer,
        call_off: Callable[[], bool] = lambda: False,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._trainer, self._call_off, self._now = trainer, call_off, now
        self._meter: Meter | None = None
        self._broken = False
        self._real_fcd: float | None = None  # of other real pictures, once it is measured
        self._step = -1  # that was measured last
        self._began = trainer.clock.seconds
        self._at = trainer.epoch  # of the last measurement
        self._spent, self._cost = 0.0, FIRST_COST  # seconds: on all measurements; that the next one may take

    def due(self) -> bool:
        """Whether to measure now: at the end of every so many epochs, or later, when the time it will take is but the
        agreed share of the training since the run began or went on."""
        every, epoch = self._trainer.config.measure.every, self._trainer.epoch
        if self._broken or not every or epoch // every <= self._at // every:
            return False
        return self._afford()

    def due_at_end(self) -> bool:
        """Whether a run that is done should be measured once more: as it is, unless that was done just now or would
        take long for what was trained."""
        trained = self._trainer.clock.seconds - self._began
        wanted = self._trainer.config.measure.every and not self._broken and self._step != self._trainer.step
        return bool(wanted) and self._cost <= _SHARE_AT_END * trained

    def _afford(self) -> bool:
        """Whether what was spent, and what the next one will take, is within the agreed share of the time."""
        share = self._trainer.config.measure.share
        return self._spent + self._cost <= share * (self._trainer.clock.seconds - self._began)

    def measure(self, thorough: bool = False) -> Measured | Marked | None:
        """The measures; a warning if they could not be had, and then none will be tried again by itself; None if called
        off. A `thorough` one says, too, what real pictures have."""
        begun = self._now()
        try:
            with _apart(torch.device(self._trainer.config.engine.device)):
                report = self._measure()
                if thorough and self._real_fcd is None and self._meter is not None:
                    self._real_fcd = self._meter.real_distance(self._trainer.batches.pictures)
        except Cancelled:
            return None
        except Exception as error:  # whatever it is, it must not end the run
            self._broken = True
            why = str(error).rstrip(".") or type(error).__name__
            return Marked(
                self._trainer.step, MarkKind.WARNING, f"The pictures cannot be measured: {why}. Training goes on."
            )
        finally:
            took = self._now() - begun
            self._spent += took
            self._trainer.clock.skip(took)
        self._at, self._cost, self._step = self._trainer.epoch, took, self._trainer.step
        self._broken = False
        return Measured(
            step=self._trainer.step,
            epoch=self._trainer.epoch,
            seconds=took,
            features=report.features,
            count=report.count,
            fcd=report.fcd,
            precision=report.precision,
            recall=report.recall,
            density=report.density,
            coverage=report.coverage,
            kl=report.kl,
            classes=report.classes,
            sure=report.sure,
            fcd_real=self._real_fcd,
        )

    def _measure(self) -> Report:
        report = self._ready_meter().measure(self._make)
        if not math.isfinite(report.fcd):
            raise StudioError("their distance to real ones is not a finite number")
        return report

    def _ready_meter(self) -> Meter:
        """The meter for the number of pictures that is asked for now; it sees the real ones once."""
        data, count = self._trainer.config.data, self._trainer.config.measure.count
        pictures = self._trainer.batches.pictures
        if self._meter is None or self._meter.count != min(count, len(pictures)):
            chosen = features.choose(data.name, data.size, data.channels)
            self._real_fcd = None
            self._meter = Meter(pictures, replace(chosen, forward=self._until_called_off(chosen.forward)), count)
        return self._meter

    def _until_called_off(self, see: See) -> See:
        """`see`, which looks at some hundred pictures at a time, as long as nobody calls it off."""

        def look(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
            self._go_on()
            return see(pictures)

        return look

    def _go_on(self) -> None:
        if self._call_off():
            raise Cancelled

    def _make(self, count: int) -> Pictures:
        """Pictures of the generator that is shown, the same noise every time; classes as frequent as in the data."""
        trainer, config = self._trainer, self._trainer.config
        device = torch.device(config.engine.device)
        noise = rng.make_generator(config.seed, "measure", device)
        G = frozen_copy(trainer.G) if config.ema.show_raw else trainer.G_ema.module
        made = []
        with torch.no_grad():
            for start in range(0, count, _PART):
                self._go_on()
                z = torch.randn(min(_PART, count - start), config.network.z_size, generator=noise, device=device)
                labels = trainer.batches.draw_labels(noise, len(z)) if config.network.conditional else None
                made.append(to_uint8(G(z, labels)))
        return np.concatenate(made)


def _apart(device: torch.device) -> AbstractContextManager[None]:
    """What is drawn inside leaves torch's own random numbers, which training may use, as they were."""
    cuda = [device.index or 0] if device.type == "cuda" else []
    return torch.random.fork_rng(cuda)
