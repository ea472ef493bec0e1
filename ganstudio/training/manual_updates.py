"""Manual updates: what each changed, measured on the same real pictures and the same z each time."""

import copy
import dataclasses
import math

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data.batches import Batches
from ganstudio.events import ByHand, ManualUpdate, MarkKind, Standing, Tick
from ganstudio.objectives import objective, value
from ganstudio.training.device.engine import Engine
from ganstudio.training.rng import make_generator
from ganstudio.training.schedule import Progress

_SINGULAR = {ManualUpdate.D: "one update of D", ManualUpdate.G: "one update of G", ManualUpdate.ROUND: "one round"}
_PLURAL = {ManualUpdate.D: "{:,} updates of D", ManualUpdate.G: "{:,} updates of G", ManualUpdate.ROUND: "{:,} rounds"}


class Probe:
    """Measures D and G on a fixed batch and leaves no trace in them or in the run's random numbers.

    Parameters
    ----------
    config
        Settings of the run.
    batches
        Where the real pictures are drawn from.
    engine
        How passes are executed.
    """

    def __init__(self, config: cfg.RunConfig, batches: Batches, engine: Engine) -> None:
        self._engine = engine
        rng = make_generator(config.seed, "by hand", engine.device)
        self._real = batches.draw(rng)  # (m, C, H, W), -1..1
        count = len(self._real.images)
        self._z = torch.randn(count, config.network.z_size, generator=rng, device=engine.device)
        self._labels = batches.draw_labels(rng, count) if config.network.conditional else None

    @torch.no_grad()
    def measure(self, G: nn.Module, D: nn.Module, config: cfg.RunConfig) -> Standing:
        """Return losses and D's opinion of the fixed batch, without augmentation and instance noise."""
        loss, packing = objective(config.objective.loss), config.network.packing
        # Copies: batch norm and spectral norm remember whatever passes through them.
        G, D = copy.deepcopy(G), copy.deepcopy(D)
        with self._engine.autocast():
            fake = D(*networks.pack(G(self._z, self._labels), self._labels, packing)).float()  # logits (m / packing,)
            real = D(*networks.pack(self._real.images, self._real.labels, packing)).float()
        d_real, d_fake = loss.opinion(real, fake)
        return Standing(
            d_loss=_finite_or_none(loss.d_loss(real, fake, config.objective.label_smoothing)),
            g_loss=_finite_or_none(loss.g_loss(fake, real)),
            d_real=_finite_or_none(d_real.mean()),
            d_fake=_finite_or_none(d_fake.mean()),
            value=_finite_or_none(value(real, fake)) if loss.probability else None,
        )


def make_mark(
    update: ManualUpdate, last: ByHand | None, progress: Progress, before: Standing, after: Standing
) -> ByHand:
    """Return the mark of a manual update.

    Parameters
    ----------
    update
        What was done.
    last
        Mark of the manual update before it, if nothing came in between: a series of one kind is counted.
    progress
        Counters after the update.
    before, after
        What the probe measured.
    """
    series = last if last is not None and last.what == update else None
    count = series.count + 1 if series else 1
    return ByHand(
        step=progress.step,
        kind=MarkKind.MANUAL,
        text=f"{describe(update, count)} by hand",
        what=update,
        count=count,
        epoch=progress.epoch,
        images=progress.images,
        began=series.began if series else before,
        before=before,
        after=after,
    )


def describe(update: ManualUpdate, count: int) -> str:
    """Return a number of updates as text: "3 updates of D"."""
    return _SINGULAR[update] if count == 1 else _PLURAL[update].format(count)


def fill_tick(tick: Tick, after: Standing) -> Tick:
    """Return the tick with figures of the network that was held, so that its curves have no gap."""
    return dataclasses.replace(
        tick,
        d_loss=after.d_loss if tick.d_loss is None else tick.d_loss,
        g_loss=after.g_loss if tick.g_loss is None else tick.g_loss,
        d_real=after.d_real if tick.d_real is None else tick.d_real,
        d_fake=after.d_fake if tick.d_fake is None else tick.d_fake,
        value=after.value if tick.value is None else tick.value,
    )


def _finite_or_none(figure: torch.Tensor) -> float | None:
    number = float(figure)
    return number if math.isfinite(number) else None
