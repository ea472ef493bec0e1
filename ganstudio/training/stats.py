"""Statistics of updates: sums kept on the device and read once per tick, so that no step waits for the device."""

from dataclasses import dataclass

import torch

from ganstudio.objectives import Objective, value
from ganstudio.training.distributed.world import World


@dataclass(frozen=True)
class Means:
    """Per-update means since the last read; None where nothing was counted. See `events.Tick`."""

    d_loss: float | None = None
    d_loss_max: float | None = None
    g_loss: float | None = None
    g_loss_max: float | None = None
    d_acc_real: float | None = None
    d_acc_fake: float | None = None
    d_acc: float | None = None
    d_real: float | None = None
    d_fake: float | None = None
    value: float | None = None


class Stats:
    """Sums over the passes of updates; `read` returns the means and starts again.

    Parameters
    ----------
    device
        Where the sums are kept.
    world
        The processes that train together.
    """

    def __init__(self, device: torch.device, world: World | None = None) -> None:
        self._world = world or World()
        self._d = torch.zeros(8, device=device)  # the last counts passes
        self._g = torch.zeros(3, device=device)
        self._peaks = torch.full((2,), -torch.inf, device=device)
        self._copy: _HostCopy | None = None  # of the peaks, on its way to the host
        self._midpoint: float | None = None  # between the mean real and the mean fake logit, at the last read

    @torch.no_grad()
    def add_d(
        self, loss: torch.Tensor, real_logits: torch.Tensor, fake_logits: torch.Tensor, objective: Objective
    ) -> None:
        """Add a pass of D's update: its loss (0-d), and D's logits (N,) before the update."""
        real, fake = objective.opinion(real_logits, fake_logits)
        v = value(real_logits, fake_logits) if objective.probability else torch.full_like(loss, torch.nan)
        accuracies = ((real > 0.5).float().mean(), (fake < 0.5).float().mean())
        midpoint = (real_logits.mean() + fake_logits.mean()) / 2
        self._d += torch.stack((loss, *accuracies, real.mean(), fake.mean(), v, midpoint, torch.ones_like(loss)))
        torch.maximum(self._peaks[0], loss, out=self._peaks[0])

    @torch.no_grad()
    def add_g(self, loss: torch.Tensor, fake_logits: torch.Tensor, objective: Objective) -> None:
        """Add a pass of G's update: its loss (0-d), and D's logits (N,) of G's pictures."""
        if objective.threshold is None:  # the logits alone have no middle
            opinion = torch.full_like(loss, torch.nan)
        else:
            opinion = objective.opinion(fake_logits, fake_logits)[1].mean()
        self._g += torch.stack((loss, opinion, torch.ones_like(loss)))
        torch.maximum(self._peaks[1], loss, out=self._peaks[1])

    def diverged(self, alone: bool = False) -> bool:
        """Return whether a loss since the last read was NaN or positive infinity. Waits for the device.

        In any process (all must ask at once) or, if `alone`, in this one.
        """
        peaks = self._peaks if alone else self._world.all_max(self._peaks)
        return not _are_finite(peaks)

    def diverged_before(self) -> bool:
        """Return the same of all processes; on CUDA of the losses until the last call, to wait for no newer work."""
        peaks = self._world.all_max(self._peaks)
        if peaks.device.type != "cuda":
            return not _are_finite(peaks)
        before, self._copy = self._copy, _HostCopy(peaks)
        return before is not None and not _are_finite(before.values())

    def centre(self, objective: Objective) -> float | None:
        """Return the logit at which D is undecided.

        It is the objective's threshold or, without one, the midpoint between the mean real and the mean fake logit over
        the updates of the last read; None before the first read.
        """
        return self._midpoint if objective.threshold is None else objective.threshold

    def read(self) -> Means:
        """Return means since the last read; waits for the device."""
        d, g = self._world.all_mean(self._d).tolist(), self._world.all_mean(self._g).tolist()
        peaks = self._world.all_max(self._peaks).tolist()
        self._d.zero_()
        self._g.zero_()
        self._peaks.fill_(-torch.inf)
        means = Means()
        if g[-1]:
            means = Means(g_loss=g[0] / g[-1], g_loss_max=peaks[1], d_fake=_known(g[1] / g[-1]))
        if not d[-1]:
            return means
        loss, acc_real, acc_fake, d_real, d_fake, v, self._midpoint = (total / d[-1] for total in d[:-1])
        return Means(
            d_loss=loss,
            d_loss_max=peaks[0],
            g_loss=means.g_loss,
            g_loss_max=means.g_loss_max,
            d_acc_real=acc_real,
            d_acc_fake=acc_fake,
            d_acc=(acc_real + acc_fake) / 2,
            d_real=d_real,
            d_fake=d_fake,
            value=_known(v),
        )


class _HostCopy:
    """A tensor on its way from CUDA to the host."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self._here = torch.empty_like(tensor, device="cpu", pin_memory=True)
        self._here.copy_(tensor, non_blocking=True)
        self._event = torch.cuda.Event()  # type: ignore[no-untyped-call]
        self._event.record(torch.cuda.current_stream(tensor.device))

    def values(self) -> torch.Tensor:
        """Return the values; waits for the copy."""
        self._event.synchronize()
        return self._here


def _are_finite(peaks: torch.Tensor) -> bool:
    """Return whether no peak is NaN or positive infinity; negative infinity means that there was no loss."""
    return all(peak < torch.inf for peak in peaks.tolist())


def _known(number: float) -> float | None:
    """Return None for NaN, which stands for what the loss leaves undefined."""
    return None if number != number else number
