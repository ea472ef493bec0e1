"""Updates by hand: what each of a series changed, seen by the same real pictures and the same z each time."""

import copy
import dataclasses
import math

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data.batches import Batches
from ganstudio.events import ByHand, MarkKind, Standing, Tick
from ganstudio.objectives import objective, value
from ganstudio.training.device.engine import Engine
from ganstudio.training.rng import make_generator

_ONE = {"d": "one update of D", "g": "one update of G", "round": "one round"}
_MANY = {"d": "{:,} updates of D", "g": "{:,} updates of G", "round": "{:,} rounds"}


class Witness:
    """Looks at D and G without a trace in them; draws from a random generator of its own."""

    def __init__(self, config: cfg.RunConfig, batches: Batches, engine: Engine) -> None:
        self._engine = engine
        rng = make_generator(config.seed, "by hand", engine.device)
        self._real = batches.draw(rng)  # (m, C, H, W), -1..1
        count = len(self._real.images)
        self._z = torch.randn(count, config.network.z_size, generator=rng, device=engine.device)
        self._labels = batches.draw_labels(rng, count) if config.network.conditional else None

    @torch.no_grad()
    def look(self, G: nn.Module, D: nn.Module, config: cfg.RunConfig) -> Standing:
        """One pass of a batch; without augmentation and instance noise."""
        game, packing = objective(config.objective.loss), config.network.packing
        # Copies: batch norm and spectral norm remember whatever passes through them.
        G, D = copy.deepcopy(G), copy.deepcopy(D)
        with self._engine.passes():
            fake = D(*networks.pack(G(self._z, self._labels), self._labels, packing)).float()  # logits (m / packing,)
            real = D(*networks.pack(self._real.images, self._real.labels, packing)).float()
        d_real, d_fake = game.opinion(real, fake)
        return Standing(
            d_loss=_known(game.d_loss(real, fake, config.objective.label_smoothing)),
            g_loss=_known(game.g_loss(fake, real)),
            d_real=_known(d_real.mean()),
            d_fake=_known(d_fake.mean()),
            value=_known(value(real, fake)) if game.probability else None,
        )


def told(
    what: str, last: ByHand | None, step: int, epoch: float, images: int, seen: tuple[Standing, Standing]
) -> ByHand:
    """The mark of an update by hand; `last` is that of the update before it, if nothing came in between.

    seen : before and after.
    """
    series = last if last is not None and last.what == what else None
    count = series.count + 1 if series else 1
    return ByHand(
        step=step,
        kind=MarkKind.MANUAL,
        text=f"{in_words(what, count)} by hand",
        what=what,
        count=count,
        epoch=epoch,
        images=images,
        began=series.began if series else seen[0],
        before=seen[0],
        after=seen[1],
    )


def in_words(what: str, count: int) -> str:
    """ "3 updates of D"."""
    return _ONE[what] if count == 1 else _MANY[what].format(count)


def filled(tick: Tick, after: Standing) -> Tick:
    """The tick with what was not trained as it stands now, so that no curve has a hole where it was held."""
    known = {name: figure for name, figure in vars(after).items() if getattr(tick, name) is None}
    return dataclasses.replace(tick, **known)


def _known(figure: torch.Tensor) -> float | None:
    number = float(figure)
    return number if math.isfinite(number) else None
