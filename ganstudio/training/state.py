"""State of a training: everything that a checkpoint holds, the weights of a snapshot, and the error of a broken run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from ganstudio.errors import RunError, StudioError

D_PREFIX = "D/"  # before the names of D's weights in a snapshot, where the generator's have no prefix


@dataclass(frozen=True)
class State:
    """Everything needed to continue bit for bit.

    Parameters
    ----------
    tensors
        On the CPU, by dotted name.
    meta
        Plain JSON values.
    """

    tensors: dict[str, torch.Tensor]
    meta: dict[str, Any]


class Diverged(StudioError):
    """A loss is NaN or infinite: the weights are no longer worth saving."""


def pack(
    parts: Mapping[str, nn.Module],
    optimizers: Mapping[str, torch.optim.Optimizer],
    rngs: Mapping[str, torch.Tensor],
    meta: dict[str, Any],
) -> State:
    """Copy all weights, optimiser moments and random states into one flat `State`."""
    tensors = {f"{name}.{key}": weight for name, part in parts.items() for key, weight in part.state_dict().items()}
    for name, optimizer in optimizers.items():
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": moment for key, moment in moments.items()}
    tensors |= {f"rng.{name}": rng for name, rng in rngs.items()}
    copies = {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in tensors.items()}
    return State(copies, meta)


def unpack(
    state: State, parts: Mapping[str, nn.Module], optimizers: Mapping[str, torch.optim.Optimizer]
) -> dict[str, torch.Tensor]:
    """Put a `State` back into modules and optimisers; return its random states.

    Raises
    ------
    RunError
        The state was made by networks of another shape.
    """
    for name, part in parts.items():
        weights = _under(state, name)
        try:
            part.load_state_dict(weights)
        except RuntimeError as problem:
            raise RunError(
                f"The checkpoint does not fit the networks that run.toml describes ({name}: {problem})."
            ) from None
    for name, optimizer in optimizers.items():
        whole = optimizer.state_dict()
        whole["state"] = _moments(_under(state, name))
        optimizer.load_state_dict(whole)
        _match_layout(optimizer)
    return _under(state, "rng")


def _match_layout(optimizer: torch.optim.Optimizer) -> None:
    """Give moments memory of their own, in the format of their weights: a fused step reads both in memory's order."""
    for weight, moments in optimizer.state.items():
        for name, moment in moments.items():
            like = weight if moment.shape == weight.shape else moment  # another shape: the number of steps
            moments[name] = torch.empty_like(like, requires_grad=False).copy_(moment)


def _under(state: State, name: str) -> dict[str, torch.Tensor]:
    prefix = f"{name}."
    return {key.removeprefix(prefix): tensor for key, tensor in state.tensors.items() if key.startswith(prefix)}


def _moments(flat: dict[str, torch.Tensor]) -> dict[int, dict[str, torch.Tensor]]:
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for key, tensor in flat.items():
        index, name = key.split(".", 1)
        moments.setdefault(int(index), {})[name] = tensor
    return moments


# ---- snapshots --------------------------------------------------------------------------------------------------


def half_precision_weights(module: nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights of `module` on the CPU, floating point ones in float16."""
    halves = {
        name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in module.state_dict().items()
    }
    return {name: tensor.cpu().clone() for name, tensor in halves.items()}


def discriminator_weights(D: nn.Module, d_centre: float | None) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """Return what a snapshot contains of D, besides the generator.

    Parameters
    ----------
    D
        The discriminator.
    d_centre
        Logit at which D is undecided; None if it is not known.

    Returns
    -------
    tensors
        Weights as from `half_precision_weights`, their names after `D_PREFIX`; empty if `d_centre` is None or a weight
        is not finite in float16.
    meta
        `d_centre`, or nothing with no tensors.
    """
    weights = {D_PREFIX + name: weight for name, weight in half_precision_weights(D).items()}
    if d_centre is None or not all(torch.isfinite(weight).all() for weight in weights.values()):
        return {}, {}
    return weights, {"d_centre": d_centre}
