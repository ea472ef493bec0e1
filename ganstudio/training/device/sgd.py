"""PyTorch's plain gradient descent without its compiler."""

import inspect
from collections.abc import Callable

import torch

_step = inspect.unwrap(torch.optim.SGD.step)


class SGD(torch.optim.SGD):
    """Plain gradient descent, bit for bit; see `Adam` for why."""

    zero_grad = inspect.unwrap(torch.optim.SGD.zero_grad)
    add_param_group = inspect.unwrap(torch.optim.SGD.add_param_group)
    state_dict = inspect.unwrap(torch.optim.SGD.state_dict)
    load_state_dict = inspect.unwrap(torch.optim.SGD.load_state_dict)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Update the weights once."""
        return _step(self, closure)  # type: ignore[no-any-return]
