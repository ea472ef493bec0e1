"""Watcher of updates: is told what they take and find, and may not change it."""

import torch

from ganstudio.data.batches import Batch


class Watcher:
    """Watcher that takes no notice of anything."""

    def drawn(self, z: torch.Tensor, fake: Batch) -> None:
        """Take the noise (m, z_size), and what G has made of it."""

    def judged(
        self,
        real: Batch | None,
        fake: Batch,
        real_logits: torch.Tensor,
        fake_logits: torch.Tensor,
        loss: torch.Tensor,
        penalty: torch.Tensor | float,
    ) -> None:
        """Take what D has said and the loss is made of, before the gradients are computed.

        Parameters
        ----------
        real
            What D learns from; None: G learns.
        fake
            What G has made; with G's graph where G learns.
        real_logits, fake_logits
            D's logits.
        loss, penalty
            0-d each.
        """

    def stepping(self, optimizer: torch.optim.Optimizer) -> None:
        """Take the gradients of the weights that an optimiser is about to change."""

    def stepped(self, optimizer: torch.optim.Optimizer) -> None:
        """Take the weights after the step."""
