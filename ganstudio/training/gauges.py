"""Gauges: figures beside the losses that tell why a run goes well or badly, recorded with its ticks.

They cost a small share of the training, whatever the networks and the machine: each kind waits until what it takes is
paid for, by processor time of the thread that trains. Nothing of the training depends on them.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterator

import torch

from ganstudio import config as cfg
from ganstudio.system.log_file import LOGGER
from ganstudio.training.game import Game
from ganstudio.training.motion import Motion, MotionMeter, cosine
from ganstudio.training.pulse import Beat, Pulse

MOTION_SHARE = 0.007  # of the training time, for how the weights move
PULSE_SHARE = 0.01
PULSE_SECONDS = 10.0  # at least between two pulses
MAX_PULSE_SECONDS = 5.0  # one that takes longer would be felt as a stall
_PASSES = 6  # of a picture through G or D in a round, beside which a pulse has one: forward and backward ones
_ROUNDS = 2  # in a row that are watched: gradients of one are compared with those of the next


class Gauges:
    """The gauges of a game.

    Parameters
    ----------
    game
        The game; it is only read.
    config
        Resolved settings of the run.
    is_on
        Whether anything is measured; False in all processes but the first.
    """

    def __init__(self, game: Game, config: cfg.RunConfig, is_on: bool = True) -> None:
        self._game = game
        self._is_on = is_on
        self._motion = Budget(MOTION_SHARE)
        self._pulses = Budget(PULSE_SHARE, PULSE_SECONDS)
        self._meters = {"g": MotionMeter(game.models.opt_g), "d": MotionMeter(game.models.opt_d)}
        self._pulse = Pulse(game, config)
        self._first_step = game.progress.step
        self._rounds_left = 0  # that are still to be watched
        self._motions: dict[str, list[Motion]] = {name: [] for name in self._meters}

    # ---- around a round ---------------------------------------------------------------------------------------------

    def before_round(self) -> None:
        """Keep what is needed to see what the next round does, if it is watched."""
        if self._rounds_left:
            with self._motion.spending():
                for meter in self._meters.values():
                    meter.begin()

    def after_round(self) -> None:
        """See what the round did, if it was watched."""
        if not self._rounds_left:
            return
        self._rounds_left -= 1
        with self._motion.spending():
            for name, meter in self._meters.items():
                if (motion := meter.end(getattr(self._game.turn, name))) is not None:
                    self._motions[name].append(motion)

    # ---- at a tick --------------------------------------------------------------------------------------------------

    def read(self, config: cfg.RunConfig, seconds: float) -> dict[str, float]:
        """Return what is known since the last tick, by the names of `events.Tick`, after `seconds` of training."""
        if not self._is_on:
            return {}
        figures: dict[str, float | None] = self._read_motions()
        if not self._rounds_left and self._motion.is_due(seconds):
            self._motion.begin()
            self._rounds_left = _ROUNDS
        if not self._pulses.was_read:
            self._pulses.expect(self._estimate_pulse(config))
        if self._pulses.is_due(seconds):
            self._pulses.begin()
            self._finish_rounds()
            with self._pulses.spending():
                figures |= vars(self._take_pulse(config))
        return {name: value for name, value in figures.items() if value is not None and math.isfinite(value)}

    def _finish_rounds(self) -> None:
        """Wait until the device has trained what was asked of it: that is no part of a reading's cost."""
        if self._game.device.type != "cpu":
            torch.accelerator.synchronize(self._game.device)

    def _estimate_pulse(self, config: cfg.RunConfig) -> float:
        """Return about how long the first pulse may take, from what the rounds have taken; infinity: far too long."""
        rounds = self._game.progress.step - self._first_step
        if not rounds or not self._pulse.count:
            return 0.0
        a_round = self._pulses.elapsed / rounds
        pictures = config.optimizer.batch_size * config.optimizer.accumulate * _PASSES
        seconds = a_round * 2 * self._pulse.count / pictures
        return seconds if seconds < MAX_PULSE_SECONDS else math.inf

    def _read_motions(self) -> dict[str, float | None]:
        """Return what the watched rounds did, once all were watched; waits for the device."""
        if self._rounds_left or not any(self._motions.values()):
            return {}
        self._finish_rounds()
        with self._motion.spending():
            return dict(self._compare_motions())

    def _compare_motions(self) -> dict[str, float]:
        found: dict[str, torch.Tensor] = {}
        for name, motions in self._motions.items():
            if motions:
                found[f"{name}_grad"], found[f"{name}_move"] = motions[-1].norm, motions[-1].move
            if len(motions) == _ROUNDS:
                found[f"{name}_cos"] = cosine(*motions)
            motions.clear()
        values = torch.stack([value.float() for value in found.values()]).tolist()
        return dict(zip(found, values, strict=True))

    def _take_pulse(self, config: cfg.RunConfig) -> Beat:
        """Return the pulse; what cannot be measured must not end the run."""
        try:
            return self._pulse.take(config)
        except Exception:
            LOGGER.exception("What G makes cannot be looked at, and is not any more.")
            self._pulses.stop()
            return Beat()

    def restart(self) -> None:
        """Begin anew: the game continues from another state."""
        self._rounds_left = 0
        self._first_step = self._game.progress.step
        for motions in self._motions.values():
            motions.clear()
        self._pulse.forget()


class Budget:
    """Share of the training that may be spent on one kind of gauge.

    Parameters
    ----------
    share
        Of the processor time.
    every
        Seconds of training at least between two readings.
    now
        Clock that readings are paid by, in seconds.
    """

    def __init__(self, share: float, every: float = 0.0, now: Callable[[], float] = time.thread_time) -> None:
        self._share = share
        self._every = every
        self._now = now
        self._began: float | None = None  # by the clock, when it was first asked
        self._next = 0.0
        self._spent = 0.0
        self._cost = 0.0  # of the last reading, or expected of the first
        self.was_read = False

    @property
    def elapsed(self) -> float:
        """Time by the clock since it was first asked."""
        return 0.0 if self._began is None else self._now() - self._began

    def expect(self, cost: float) -> None:
        """Take what the first reading may cost; infinity: there is none."""
        self._cost = cost

    def is_due(self, seconds: float) -> bool:
        """Return whether the next reading is wanted, and paid for, after `seconds` of training."""
        if self._began is None:
            self._began, self._next = self._now(), seconds + self._every
        if seconds < self._next or self._spent + self._cost > self._share * self.elapsed:
            return False
        self._next = seconds + self._every
        return True

    def begin(self) -> None:
        """Begin a reading."""
        self._cost, self.was_read = 0.0, True

    @contextlib.contextmanager
    def spending(self) -> Iterator[None]:
        """Count what is done meanwhile as a part of the reading."""
        began = self._now()
        try:
            yield
        finally:
            self._spent += self._now() - began
            self._cost += self._now() - began

    def stop(self) -> None:
        """Read no more."""
        self._next = math.inf
