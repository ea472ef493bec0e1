"""What D is shown and how steep it may be: augmentation, instance noise, packing, penalties."""

from dataclasses import dataclass

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data.batches import Batch
from ganstudio.training import penalties
from ganstudio.training.augment import Policy, augment
from ganstudio.training.rng import Noise


@dataclass(frozen=True)
class Judged:
    """Pictures that D was shown, float (n, C, H, W), -1..1, before anything was done to them, and its logits."""

    real: Batch
    fake: Batch
    real_logits: torch.Tensor  # (n / packing,)
    fake_logits: torch.Tensor


class Sight:
    """D as the game sees it: a batch goes in, logits come out.

    Parameters
    ----------
    D
        Judges pictures, or packs of them.
    noise
        Where randomness comes from.
    """

    def __init__(self, D: nn.Module, noise: Noise, device: torch.device) -> None:
        self._D, self._noise = D, noise
        self.sigma = torch.zeros(
            (), device=device
        )  # of the instance noise; a tensor, so that a recorded update sees it
        norms = (nn.modules.batchnorm._BatchNorm,)
        self._apart = any(isinstance(part, norms) for part in D.modules())  # batch norm tells real from fake batches

    def judge(self, batch: Batch, config: cfg.RunConfig) -> torch.Tensor:
        """Logits (n / packing,) of one batch."""
        logits: torch.Tensor = self._D(*self._shown(batch, config))
        return logits

    def judge_both(self, real: Batch, fake: Batch, config: cfg.RunConfig) -> Judged:
        """D's logits of real and fake; in one pass where each picture's logit depends on that picture alone."""
        if self._apart:
            return Judged(real, fake, self.judge(real, config), self.judge(fake, config))
        (x, real_labels), (y, fake_labels) = self._shown(real, config), self._shown(fake, config)
        labels = None if real_labels is None or fake_labels is None else torch.cat((real_labels, fake_labels))
        real_logits, fake_logits = self._D(torch.cat((x, y)), labels).chunk(2)
        return Judged(real, fake, real_logits, fake_logits)

    def penalty(self, judged: Judged, config: cfg.RunConfig) -> torch.Tensor:
        """What D pays now for being steep, weights and interval included; the pictures must require gradients."""
        settings, real, fake = config.penalty, judged.real, judged.fake
        total = torch.zeros((), device=judged.real_logits.device)
        if settings.r1:
            total = total + settings.r1 * penalties.zero_centred(judged.real_logits, real.images)
        if settings.r2:
            total = total + settings.r2 * penalties.zero_centred(judged.fake_logits, fake.images)
        if settings.gradient:
            u = self._noise.uniform((len(real.images), 1, 1, 1))
            points = Batch(penalties.between(real.images, fake.images, u), real.labels)
            total = total + settings.gradient * penalties.one_centred(self.judge(points, config), points.images)
        if settings.dragan:
            points = Batch(penalties.near(real.images, self._noise.uniform(real.images.shape)), real.labels)
            total = total + settings.dragan * penalties.one_centred(self.judge(points, config), points.images)
        return total * settings.every

    def _shown(self, batch: Batch, config: cfg.RunConfig) -> tuple[torch.Tensor, torch.Tensor | None]:
        aids = config.stabilise
        x = augment(batch.images, Policy(aids.colour, aids.translation, aids.cutout), self._noise.uniform)
        if aids.noise:
            x = x + self.sigma * self._noise.normal(*x.shape[1:])
        return networks.pack(x, batch.labels, config.network.packing)


def any_penalty(settings: cfg.PenaltyConfig) -> bool:
    """Whether a penalty on gradients is on."""
    return bool(settings.r1 or settings.r2 or settings.gradient or settings.dragan)
