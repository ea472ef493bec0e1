"""Counts the products of weights and values that a network computes."""

from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode


class ProductCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the multiplications of matrix products and convolutions in this thread while it is entered.

    (PyTorch's own FlopCounterMode hooks the modules of all threads, those that train at the same time among them.)

    Attributes
    ----------
    count
        Multiplications so far.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        from torch.utils.flop_counter import flop_registry

        self._formulas = flop_registry
        self.count = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        formula = self._formulas.get(func._overloadpacket)
        if formula is not None:  # it counts a product and a sum
            self.count += formula(*args, **(kwargs or {}), out_val=out) // 2
        return out
