"""State of a training: everything that a checkpoint holds, the weights of a snapshot, and the error of a broken run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from ganstudio.errors import RunError, StudioError
from ganstudio.training.counters import MAX_COUNT

_ADAM_KEYS = ("exp_avg", "exp_avg_sq", "step")  # what it keeps for each weight; the last is one number
_ONE_NUMBER = torch.zeros(())
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
        The state was made by networks of another shape, or not by this program. Nothing was changed.
    """
    for name, part in parts.items():
        _check_tensors(name, _under(state, name), part.state_dict())
    for name, optimizer in optimizers.items():
        _check_moments(name, _under(state, name), optimizer)
    for name, part in parts.items():
        part.load_state_dict(_under(state, name))
    for name, optimizer in optimizers.items():
        whole = optimizer.state_dict()
        whole["state"] = _moments(_under(state, name))
        optimizer.load_state_dict(whole)
        _match_layout(optimizer)
    return _under(state, "rng")


def _check_moments(name: str, found: Mapping[str, torch.Tensor], optimizer: torch.optim.Optimizer) -> None:
    """Refuse moments that do not fit the weights: a fused step would read and write behind their end.

    A weight that never had a gradient has no moments. Raises RunError.
    """
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    expected: dict[str, torch.Tensor] = {}
    for index, weight in enumerate(weights):
        if any(f"{index}.{key}" in found for key in _ADAM_KEYS):
            expected |= {f"{index}.{key}": weight for key in _ADAM_KEYS[:-1]}
            expected[f"{index}.{_ADAM_KEYS[-1]}"] = _ONE_NUMBER
    _check_tensors(name, found, expected)
    for index in range(len(weights)):
        if (steps := found.get(f"{index}.step")) is not None and not 0 <= float(steps) <= MAX_COUNT:
            raise _does_not_fit(name, f"{index}.step is {float(steps):g}")


def _check_tensors(name: str, found: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor]) -> None:
    """Raise RunError unless `found` has the names, types and shapes of `expected`."""
    if missing := expected.keys() - found.keys():
        raise _does_not_fit(name, f"{min(missing)} is missing")
    if foreign := found.keys() - expected.keys():
        raise _does_not_fit(name, f"they have no {min(foreign)}")
    for key, like in expected.items():
        if found[key].shape != like.shape:
            shapes = f"{tuple(found[key].shape)} in place of {tuple(like.shape)}"
            raise _does_not_fit(name, f"{key} has the shape {shapes}")
        if found[key].dtype != like.dtype:
            raise _does_not_fit(name, f"{key} is of {found[key].dtype} in place of {like.dtype}")


def _does_not_fit(name: str, why: str) -> RunError:
    return RunError(f"The checkpoint does not fit the networks that run.toml describes ({name}: {why}).")


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


def half_precision_weights(module: nn.Module, whole: bool = False) -> dict[str, torch.Tensor]:
    """Return the weights of `module` on the CPU, floating point ones in float16; `whole`: as they are."""
    halves = {
        name: tensor.half() if tensor.is_floating_point() and not whole else tensor
        for name, tensor in module.state_dict().items()
    }
    return {name: tensor.cpu().clone() for name, tensor in halves.items()}


def discriminator_weights(
    D: nn.Module, d_centre: float | None, whole: bool = False
) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """Return what a snapshot contains of D, besides the generator.

    Parameters
    ----------
    D
        The discriminator.
    d_centre
        Logit at which D is undecided; None if it is not known.
    whole
        Whether weights stay as they are, instead of in float16.

    Returns
    -------
    tensors
        Weights as from `half_precision_weights`, their names after `D_PREFIX`; empty if `d_centre` is None or a weight
        is not finite.
    meta
        `d_centre`, or nothing with no tensors.
    """
    weights = {D_PREFIX + name: weight for name, weight in half_precision_weights(D, whole).items()}
    if d_centre is None or not all(torch.isfinite(weight).all() for weight in weights.values()):
        return {}, {}
    return weights, {"d_centre": d_centre}
