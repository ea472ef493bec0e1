"""Counts what tensors need: memory that is alive at once, and floating point operations.

Under `simulate`, networks and updates are those of a run, but tensors have a shape and no memory (PyTorch's
FakeTensorMode), so that a run that does not fit can be looked at, and a large one takes no longer than a small one.
"""

import contextlib
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what happens while it is entered.

    (PyTorch's own FlopCounterMode cannot be used: gradient penalties ask for gradients at leaves, which its hooks of
    modules refuse.)

    Parameters
    ----------
    before_each
        Called before each operation, to wait for instance. It must not raise: PyTorch also asks for the device of a
        tensor here, from C++ that lets no error through, and the process would be aborted.

    Attributes
    ----------
    live, peak
        Bytes of all tensors that are alive, and the most since `restart`.
    flops
        Floating point operations of matrix products and convolutions.
    moved
        Bytes that operations read and wrote.
    calls
        Number of operations.
    """

    def __init__(self, before_each: Callable[[], object] = lambda: None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        from torch.utils.flop_counter import flop_registry

        self._formulas, self._before_each = flop_registry, before_each
        self._sizes: dict[int, int] = {}  # of the storages that are alive
        self.live = self.peak = self.flops = self.moved = self.calls = 0

    def restart(self) -> None:
        """Count from 0 again; what is alive stays."""
        self.peak, self.flops, self.moved, self.calls = self.live, 0, 0, 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self._before_each()
        out = func(*args, **(kwargs or {}))
        made = [each for each in tree_leaves(out) if isinstance(each, torch.Tensor)]
        for tensor in made:
            self._add(tensor.untyped_storage())
        formula = self._formulas.get(func._overloadpacket)
        if formula is not None:
            self.flops += formula(*args, **(kwargs or {}), out_val=out)
        if not func.is_view:
            taken = [each for each in tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor)]
            self.moved += sum(each.numel() * each.element_size() for each in (*made, *taken))
            self.calls += 1
        return out

    def _add(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key in self._sizes:
            return
        self._sizes[key] = storage.nbytes()
        self.live += self._sizes[key]
        self.peak = max(self.peak, self.live)
        weakref.finalize(storage, self._drop, key)

    def _drop(self, key: int) -> None:
        self.live -= self._sizes.pop(key)


@contextlib.contextmanager
def simulate(before_each: Callable[[], object] = lambda: None) -> Iterator[Counter]:
    """Have tensors that are made within take no memory, and count what they would need; `before_each` is `Counter`'s.

    The first time takes some seconds, in which PyTorch imports what it needs for it.
    """
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode(allow_non_fake_inputs=True), Counter(before_each) as counter:
        yield counter
