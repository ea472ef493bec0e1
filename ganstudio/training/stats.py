"""Sums kept on the device, read once per tick: nothing is synchronised in a step."""

from dataclasses import dataclass

import torch

from ganstudio.training.objectives import value


@dataclass(frozen=True)
class Means:
    """Per-update means since the last read; None where nothing was counted."""

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
    """Adds up what each update says; `read` gives the means and begins anew."""

    def __init__(self, device: torch.device) -> None:
        self._d = torch.zeros(6, device=device)
        self._g = torch.zeros(2, device=device)
        self._peaks = torch.full((2,), -torch.inf, device=device)
        self._d_updates = self._g_updates = 0

    @torch.no_grad()
    def add_d(self, loss: torch.Tensor, real_logits: torch.Tensor, fake_logits: torch.Tensor) -> None:
        """One update of D: its loss and the logits (N,) it gave before the update."""
        self._d += torch.stack(
            (
                loss,
                (real_logits > 0).float().mean(),  # D(x) > 0.5
                (fake_logits < 0).float().mean(),
                real_logits.sigmoid().mean(),
                fake_logits.sigmoid().mean(),
                value(real_logits, fake_logits),
            )
        )
        torch.maximum(self._peaks[0], loss, out=self._peaks[0])
        self._d_updates += 1

    @torch.no_grad()
    def add_g(self, loss: torch.Tensor, fake_logits: torch.Tensor) -> None:
        """One update of G: its loss and D's logits (N,) of the pictures it was trained through."""
        self._g += torch.stack((loss, fake_logits.sigmoid().mean()))
        torch.maximum(self._peaks[1], loss, out=self._peaks[1])
        self._g_updates += 1

    def diverged(self) -> bool:
        """Whether a loss since the last read was NaN or positive infinity. Waits for the device."""
        return not all(peak < torch.inf for peak in self._peaks.tolist())

    def read(self) -> Means:
        """Means since the last read. The only place where the device is waited for."""
        d, g, peaks = self._d.tolist(), self._g.tolist(), self._peaks.tolist()
        d_count, g_count = self._d_updates, self._g_updates
        self._d.zero_()
        self._g.zero_()
        self._peaks.fill_(-torch.inf)
        self._d_updates = self._g_updates = 0
        means = Means()
        if g_count:
            means = Means(g_loss=g[0] / g_count, g_loss_max=peaks[1], d_fake=g[1] / g_count)
        if not d_count:
            return means
        loss, acc_real, acc_fake, d_real, d_fake, worth = (total / d_count for total in d)
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
            value=worth,
        )
