"""Statistics of updates: sums kept on the device and read once per tick, so that no step waits for the device."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from ganstudio.objectives import Objective, value
from ganstudio.training.distributed.world import World

MIN_KEPT = 64  # passes that are evaluated at once


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
    together
        Whether the passes of many updates may be evaluated at once.
    """

    def __init__(self, device: torch.device, world: World | None = None, together: bool = True) -> None:
        self._world = world or World()
        together = together and device.type == "cpu"  # where each small operation takes its time
        self._d = _Sums(8, _evaluate_d, device, together)
        self._g = _Sums(3, _evaluate_g, device, together)
        self._peaks = torch.full((2,), -torch.inf, device=device)
        self._copy: _HostCopy | None = None  # of the peaks, on its way to the host
        self._midpoint: float | None = None  # between the mean real and the mean fake logit, at the last read

    def make_room(self, passes: int) -> None:
        """Be ready for so many further passes of each network: to be called before an update, outside of it."""
        self._d.make_room(passes)
        self._g.make_room(passes)

    @torch.no_grad()
    def add_d(
        self, loss: torch.Tensor, real_logits: torch.Tensor, fake_logits: torch.Tensor, objective: Objective
    ) -> None:
        """Add a pass of D's update: its loss (0-d), and D's logits (N,) before the update."""
        self._d.add(objective, loss, real_logits, fake_logits)
        torch.maximum(self._peaks[0], loss, out=self._peaks[0])

    @torch.no_grad()
    def add_g(self, loss: torch.Tensor, fake_logits: torch.Tensor, objective: Objective) -> None:
        """Add a pass of G's update: its loss (0-d), and D's logits (N,) of G's pictures."""
        self._g.add(objective, loss, fake_logits)
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
        d, g = (self._world.all_mean(sums.take()).tolist() for sums in (self._d, self._g))
        peaks = self._world.all_max(self._peaks).tolist()
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


class _Sums:
    """Sums over passes of what is evaluated from their losses and logits, on the device.

    Parameters
    ----------
    size
        Number of sums; the last one counts passes.
    evaluate
        Objective, losses (k,), logits (k, N) of one or more kinds -> sums (size,).
    device
        Where they are.
    together
        Whether losses and logits are kept, on the CPU, and evaluated for many passes at once.
    """

    def __init__(self, size: int, evaluate: Callable[..., torch.Tensor], device: torch.device, together: bool) -> None:
        self._sums = torch.zeros(size, device=device)
        self._evaluate = evaluate
        self._together = together
        self._kind: tuple[Objective, tuple[int, ...]] | None = None  # of the passes kept, with their numbers of logits
        self._kept = torch.empty(0, 0)  # a row for each pass: loss, logits
        self._room = MIN_KEPT
        # Rows kept, and what is added to them: tensors, so that a recorded update moves on.
        self._count = torch.zeros(int(together), dtype=torch.int64)
        self._one = torch.ones_like(self._count)

    def add(self, objective: Objective, loss: torch.Tensor, *logits: torch.Tensor) -> None:
        """Add a pass: its loss (0-d) and logits (N,)."""
        if not self._together:
            self._sums += self._evaluate(objective, loss[None], *(each[None] for each in logits))
            return
        sizes = tuple(map(len, logits))
        if self._kind != (objective, sizes):
            self._evaluate_kept()
            self._kind = objective, sizes
            if self._kept.shape != (self._room, 1 + sum(sizes)):
                self._kept = torch.zeros(self._room, 1 + sum(sizes))
        self._kept.index_copy_(0, self._count, torch.cat((loss.reshape(1), *logits)).float()[None])
        self._count += self._one

    def make_room(self, passes: int) -> None:
        """Evaluate what is kept if so many further passes could not be added to it."""
        if not self._together or int(self._count) + passes <= self._room:
            return
        self._evaluate_kept()
        if passes > self._room:
            self._kind, self._room = None, passes

    def take(self) -> torch.Tensor:
        """Return the sums, and begin anew."""
        self._evaluate_kept()
        sums = self._sums.clone()
        self._sums.zero_()
        return sums

    @torch.no_grad()
    def _evaluate_kept(self) -> None:
        if self._kind is None:
            return
        objective, sizes = self._kind
        if count := int(self._count):
            loss, *logits = torch.split(self._kept[:count], [1, *sizes], dim=1)
            self._sums += self._evaluate(objective, loss[:, 0], *logits)
            self._count.zero_()


def _evaluate_d(objective: Objective, loss: torch.Tensor, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Return sums over D's passes, (8,), from losses (k,) and logits (k, N)."""
    d_real, d_fake = objective.opinion(real, fake)
    v = value(real, fake) if objective.probability else torch.full_like(loss, torch.nan)
    accuracies = ((d_real > 0.5).float().mean(-1), (d_fake < 0.5).float().mean(-1))
    midpoint = (real.mean(-1) + fake.mean(-1)) / 2
    rows = (loss, *accuracies, d_real.mean(-1), d_fake.mean(-1), v, midpoint, torch.ones_like(loss))
    return torch.stack(rows).sum(1)


def _evaluate_g(objective: Objective, loss: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Return sums over G's passes, (3,), from losses (k,) and logits (k, N)."""
    if objective.threshold is None:  # the logits alone have no middle
        opinion = torch.full_like(loss, torch.nan)
    else:
        opinion = objective.opinion(fake, fake)[1].mean(-1)
    return torch.stack((loss, opinion, torch.ones_like(loss))).sum(1)


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
