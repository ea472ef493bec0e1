"""What a layer makes, and what becomes of the output if it made something else."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from ganstudio.networks.inside.structure import Place

Change = Callable[[torch.Tensor], torch.Tensor]


@torch.no_grad()
def take_input(network: nn.Module, inputs: tuple[torch.Tensor | None, ...], place: Place) -> torch.Tensor:
    """Call a network and return what one of its layers takes first: a copy.

    Raises
    ------
    LookupError
        There is no such layer, it was not called, or it does not take a tensor.
    """
    seen: list[torch.Tensor] = []
    calls = 0

    def look(module: nn.Module, taken: tuple[Any, ...]) -> None:
        nonlocal calls
        calls += 1
        if calls - 1 == place.call and taken and isinstance(taken[0], torch.Tensor):
            seen.append(taken[0].clone())

    handle = _find(network, place).register_forward_pre_hook(look)
    try:
        network(*inputs)
    finally:
        handle.remove()
    if not seen:
        raise LookupError(place.module)
    return seen[0]


def _find(network: nn.Module, place: Place) -> nn.Module:
    try:
        return network.get_submodule(place.module)
    except AttributeError as problem:
        raise LookupError(place.module) from problem


@torch.no_grad()
def observe(
    network: nn.Module, inputs: tuple[torch.Tensor | None, ...], place: Place, change: Change | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Call a network and look at what one of its layers makes.

    Parameters
    ----------
    network
        In eval mode; it is left as it was.
    inputs
        What it takes.
    place
        The layer, and which of its calls.
    change
        Returns what the layers behind it get instead; None: the same.

    Returns
    -------
    tuple
        What the layer makes, before the change: a copy; and what the network makes, after it.

    Raises
    ------
    LookupError
        There is no such layer, it was not called, or it does not make a tensor.
    """
    look = _Look(place.call, change)
    handle = _find(network, place).register_forward_hook(look)
    try:
        out: torch.Tensor = network(*inputs)
    finally:
        handle.remove()
    if look.seen is None:
        raise LookupError(place.module)
    return look.seen, out


class _Look:
    """Hook that keeps what a module makes in one of its calls, and changes it."""

    def __init__(self, call: int, change: Change | None) -> None:
        self._left, self._change = call, change  # calls before the one that is meant
        self.seen: torch.Tensor | None = None

    def __call__(self, module: nn.Module, taken: Any, made: Any) -> Any:
        self._left -= 1
        if self._left != -1 or not isinstance(made, torch.Tensor):
            return None
        self.seen = made.clone()  # what follows may work in place
        return None if self._change is None else self._change(made.clone())
