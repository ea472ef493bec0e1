"""PyTorch's Adam without its compiler."""

import inspect
from collections.abc import Callable

import torch

_step = inspect.unwrap(torch.optim.Adam.step)


class Adam(torch.optim.Adam):
    """Adam, bit for bit, for programs that compile no updates.

    PyTorch wraps these methods so that `torch.compile` leaves them alone. The wrappers import the compiler when they
    are first called, which takes a second and 70 MB, and cost some time at every step.
    """

    zero_grad = inspect.unwrap(torch.optim.Adam.zero_grad)
    add_param_group = inspect.unwrap(torch.optim.Adam.add_param_group)
    state_dict = inspect.unwrap(torch.optim.Adam.state_dict)
    load_state_dict = inspect.unwrap(torch.optim.Adam.load_state_dict)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Update the weights once."""
        return _step(self, closure)  # type: ignore[no-any-return]
