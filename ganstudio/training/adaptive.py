"""Probability of augmentation: fixed, rising, or adapted to how well D knows the training pictures by heart.

T. Karras et al., "Training generative adversarial networks with limited data", NeurIPS 2020 (arXiv 2006.06676), section
3, has two measures of that, and raises p while one of them is above its target:

- the mean sign of D(x) of training pictures, for losses under which D's output has a zero (equation 1, r_t);
- where the mean D(x) of pictures that D never learns from lies between those of fakes (1) and of training pictures (0;
  r_v of the same equation), for losses that fix only differences, where the zero drifts and signs mean nothing.

Nothing waits for the device: p stays there, so that recorded updates see it change. What a step costs is one pass of D
over a batch without gradients in `HELD_OUT_INTERVAL` updates of D, and nothing measurable under the other losses.
"""

import math
from enum import Enum, auto
from typing import Any

import msgspec
import torch

from ganstudio import config as cfg
from ganstudio.errors import RunError, reason
from ganstudio.objectives import Objective, objective
from ganstudio.training.counters import AugmentationState
from ganstudio.training.distributed.world import World
from ganstudio.training.state import State

MAX_PROBABILITY = 0.8  # of an adaptive one: G would learn to make changes that nearly every picture has
SIGN_TARGET = 0.6
HELD_OUT_TARGET = 0.5
SIGN_INTERVAL = 4  # updates of D between two changes of p
HELD_OUT_INTERVAL = 16
HELD_OUT_FRACTION = 0.05
MIN_HELD_OUT, MAX_HELD_OUT = 16, 512  # pictures

_STARTS = ((1_000, 0.6), (10_000, 0.3))  # fewer pictures than that -> p at the start
_TRAIN, _FAKE, _HELD_OUT = range(3)  # mean logits


class Measure(Enum):
    """What p follows."""

    NOTHING = auto()  # it is fixed
    IMAGES = auto()  # it rises with the pictures that D has seen
    SIGN = auto()
    HELD_OUT = auto()


def count_held_out(config: cfg.RunConfig, count: int) -> int:
    """Return how many of `count` pictures a new run keeps back from D, to adapt p by them."""
    if not _is_adaptive(config) or objective(config.objective.loss).threshold is not None:
        return 0
    part = int(count * HELD_OUT_FRACTION)
    return min(part, MAX_HELD_OUT) if part >= MIN_HELD_OUT else 0


def read_held_out(state: State, count: int) -> int:
    """Return how many of `count` pictures the run of a checkpoint keeps back from D.

    Raises
    ------
    RunError
        The figure is none, or not smaller than `count`.
    """
    try:
        found = msgspec.convert(state.meta.get("augmentation"), AugmentationState | None)
    except msgspec.ValidationError as error:
        raise RunError(
            f"The checkpoint cannot be used: its augmentation is not that of a run ({reason(error)})."
        ) from None
    held_out = found.held_out if found else 0
    if held_out >= count:
        raise RunError(
            f"The checkpoint does not fit the data set: D never learns from {held_out:,} of its pictures, and there "
            f"are {count:,}."
        )
    return held_out


def _is_adaptive(config: cfg.RunConfig) -> bool:
    settings = config.stabilise
    return settings.probability_rule == "adaptive" and (settings.colour or settings.translation or settings.cutout)


class Adaptation:
    """Probability of augmentation, and what decides it.

    Parameters
    ----------
    count
        Pictures that D learns from: with few, an adaptive p does not begin at 0.
    held_out
        Pictures that D never learns from; 0: none.
    device
        Where p is needed.
    world
        The processes that train together.
    """

    def __init__(self, count: int, held_out: int, device: torch.device, world: World) -> None:
        self._world = world
        self.held_out = held_out
        start = next((p for fewer, p in _STARTS if count < fewer), 0.0)
        self.p = torch.full((), start, device=device)
        self._signs = torch.zeros(2, device=device)  # sum of mean signs, and their number
        self._means = torch.zeros(3, device=device)  # logits at the last measured update

    def measure(self, config: cfg.RunConfig) -> Measure:
        """Return what p follows under these settings."""
        if config.stabilise.probability_rule == "fixed":
            return Measure.NOTHING
        if not _is_adaptive(config):
            return Measure.IMAGES
        if objective(config.objective.loss).threshold is not None:
            return Measure.SIGN
        return Measure.HELD_OUT if self.held_out else Measure.IMAGES

    # ---- before an update of D ----------------------------------------------------------------------------------

    def prepare(self, config: cfg.RunConfig, images: int) -> None:
        """Set p for the updates to come, unless it is adapted, after `images` real pictures that D has seen."""
        settings = config.stabilise
        match self.measure(config):
            case Measure.NOTHING:
                self.p.fill_(settings.probability)
            case Measure.IMAGES:
                limit = _limit(settings) if _is_adaptive(config) else settings.probability
                self.p.fill_(limit * risen(images, settings.probability_images))

    def needs_held_out(self, config: cfg.RunConfig, d_updates: int) -> bool:
        """Return whether D is to judge held-out pictures before its next update, with `d_updates` done."""
        return self.measure(config) is Measure.HELD_OUT and d_updates % HELD_OUT_INTERVAL == 0

    # ---- in an update of D; can be recorded ---------------------------------------------------------------------

    @torch.no_grad()
    def add_held_out(self, logits: torch.Tensor) -> None:
        """Take D's logits of held-out pictures, before the update that they are compared in."""
        self._means[_HELD_OUT] = logits.mean()

    @torch.no_grad()
    def add(
        self, real_logits: torch.Tensor, fake_logits: torch.Tensor, config: cfg.RunConfig, objective: Objective
    ) -> None:
        """Take D's logits in a pass of its update."""
        match self.measure(config):
            case Measure.SIGN:
                assert objective.threshold is not None
                self._signs[0] += (real_logits - objective.threshold).sign().mean()
                self._signs[1] += 1
            case Measure.HELD_OUT:
                self._means[_TRAIN], self._means[_FAKE] = real_logits.mean(), fake_logits.mean()

    # ---- between updates of D -----------------------------------------------------------------------------------

    def adapt(self, config: cfg.RunConfig, d_updates: int) -> None:
        """Change p by a small step, if it is due after `d_updates` updates of D.

        It is called before the next one, not after the last: G's update may be recorded together with D's, and has the
        same p in either case.
        """
        match self.measure(config):
            case Measure.SIGN if d_updates and d_updates % SIGN_INTERVAL == 0:
                total, count = self._world.all_mean(self._signs).unbind()
                self._move(total / count.clamp_min(1) - SIGN_TARGET, SIGN_INTERVAL, config)
                self._signs.zero_()
            case Measure.HELD_OUT if d_updates % HELD_OUT_INTERVAL == 1:
                train, fake, held_out = self._world.all_mean(self._means).unbind()
                # r_v above its target, without the quotient: D may have fakes above real pictures for a while.
                excess = (train - held_out) - HELD_OUT_TARGET * (train - fake)
                self._move(torch.where(train > fake, excess, -1.0), HELD_OUT_INTERVAL, config)

    def _move(self, excess: torch.Tensor, updates: int, config: cfg.RunConfig) -> None:
        """Move p up or down, as the sign of `excess` (0-d) says, by what is due after that many updates."""
        images = updates * config.optimizer.batch_size * config.optimizer.accumulate
        step = images / config.stabilise.probability_images
        self.p.add_(excess.sign() * step).clamp_(0.0, _limit(config.stabilise))

    # ---- reports and state --------------------------------------------------------------------------------------

    def shown(self, config: cfg.RunConfig) -> float | None:
        """Return p for the curves; None where nothing is drawn by it. Waits for the device."""
        return float(self.p) if draws_coins(config.stabilise) else None

    def state(self, config: cfg.RunConfig) -> dict[str, Any]:
        """Return plain values to continue from; none where p follows from the settings alone."""
        if not self.held_out and not _is_adaptive(config):
            return {}
        figures = {"p": float(self.p), "signs": self._signs.tolist(), "logits": self._means.tolist()}
        return {"augmentation": figures | {"held_out": self.held_out}}

    def check(self, found: AugmentationState | None) -> None:
        """Raise RunError if `found`, of a checkpoint, is of a run that keeps back another number of pictures."""
        held_out = found.held_out if found else 0
        if held_out != self.held_out:
            raise RunError(
                f"The checkpoint does not fit this run: it was made with {held_out:,} pictures that D never learns "
                f"from, and there are {self.held_out:,} now."
            )

    def load(self, found: AugmentationState | None) -> None:
        """Continue from what `state` returned; None, of a run without it: p goes on as it is."""
        if found is not None:
            self.p.fill_(found.p)
            self._signs.copy_(torch.tensor(found.signs))
            self._means.copy_(torch.tensor(found.logits))


def _limit(settings: cfg.StabiliseConfig) -> float:
    """Return the highest p that an adaptive one reaches."""
    return min(settings.probability, MAX_PROBABILITY)


def draws_coins(settings: cfg.StabiliseConfig) -> bool:
    """Return whether it is drawn for each picture if it is augmented; else all are, or none."""
    kinds = settings.colour or settings.translation or settings.cutout
    return kinds and (settings.probability_rule != "fixed" or settings.probability < 1.0)


def risen(images: int, until: int) -> float:
    """Return how much of its final value a rising p has after `images` of `until` pictures, 0..1: half a cosine."""
    return (1.0 - math.cos(math.pi * min(1.0, images / until))) / 2.0
