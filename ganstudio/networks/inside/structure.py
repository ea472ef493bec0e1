"""The structure of a network, recorded while its modules are called: layers, shapes, weights, multiplications."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from ganstudio.networks.inside.convolutions import find_kind
from ganstudio.networks.inside.products import ProductCounter
from ganstudio.networks.inside.words import Role, Words, describe, is_container, is_whole

Sides = tuple[int, ...]  # of one picture's values, without the batch: (C, H, W), or (numbers,), or ()
MAX_IN_BLOCK = 8  # layers in a module that is shown as a block; a larger one is shown layer by layer


@dataclass(frozen=True)
class Place:
    """Where in a network something is: the dotted name of a module, and which of its calls in a pass."""

    module: str
    call: int = 0


@dataclass(frozen=True)
class Layer:
    """A module as it was called.

    Parameters
    ----------
    place
        Where it is.
    words
        What it is, in words.
    inputs, outputs
        Shapes without the batch.
    parameters
        Numbers that it learns.
    products
        Multiplications of weights and values for one picture.
    sums
        Of a convolution whose sums can be shown, which kind it is: see `find_kind`.
    """

    place: Place
    words: Words
    inputs: Sides
    outputs: Sides
    parameters: int
    products: int
    sums: str = ""


@dataclass(frozen=True)
class Stage:
    """Layers that are shown together: one that makes new maps, and those that only change each value of them.

    Parameters
    ----------
    layers
        In order. Of a block, the layers in it come first, then the block itself.
    """

    layers: tuple[Layer, ...]

    @property
    def words(self) -> Words:
        """What it is in words."""
        blocks = [each.words for each in self.layers if each.words.role is Role.BLOCK]
        return blocks[-1] if blocks else self.layers[0].words

    @property
    def outputs(self) -> Sides:
        """Shape of what it makes."""
        return self.layers[-1].outputs

    @property
    def parameters(self) -> int:
        """Numbers that it learns."""
        return sum(each.parameters for each in self.layers)

    @property
    def products(self) -> int:
        """Multiplications for one picture."""
        return sum(each.products for each in self.layers)


@dataclass(frozen=True)
class Network:
    """A network as its modules were called.

    Parameters
    ----------
    stages
        From what it takes to what it makes.
    inputs, outputs
        Shapes of what it takes and makes.
    parameters
        All numbers that it learns.
    products
        All multiplications for one picture; more than those of the layers if some are done outside of modules.
    """

    stages: tuple[Stage, ...]
    inputs: Sides
    outputs: Sides
    parameters: int
    products: int

    @property
    def layers(self) -> Iterator[Layer]:
        """All layers, in order."""
        return (layer for stage in self.stages for layer in stage.layers)


@torch.no_grad()
def trace(network: nn.Module, *inputs: torch.Tensor | None) -> Network:
    """Return the structure of a network; its modules are called once.

    Parameters
    ----------
    network
        In eval mode.
    inputs
        What it takes, a batch of one; on the device "meta" nothing is computed.
    """
    with _Recording(network) as recording:
        out = network(*inputs)
    taken = next(each for each in inputs if each is not None)
    parameters = sum(each.numel() for each in network.parameters())
    stages = tuple(_group(recording.entries))
    return Network(stages, _sides_of(taken), _sides_of(out), parameters, recording.counter.count)


# ---- recording ------------------------------------------------------------------------------------------------------


@dataclass
class _Entry:
    """A layer, and how many of those before it are in it."""

    layer: Layer
    inner: int = 0


class _Recording:
    """Hooks in every module that is shown, while it is entered."""

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self.counter = ProductCounter()
        self.entries: list[_Entry] = []
        self._calls: Counter[str] = Counter()
        self._open: list[tuple[int, int, Sides]] = []  # of the modules being called: products and entries before, shape
        self._stack = ExitStack()

    def __enter__(self) -> "_Recording":
        for name, module in shown_modules(self._network):
            before = module.register_forward_pre_hook(lambda _, inputs: self._begin(inputs))
            after = module.register_forward_hook(lambda module, _, out, name=name: self._end(name, module, out))
            self._stack.callback(before.remove)
            self._stack.callback(after.remove)
        self._stack.enter_context(self.counter)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _begin(self, inputs: tuple[Any, ...]) -> None:
        self._open.append((self.counter.count, len(self.entries), _sides_of(inputs)))

    def _end(self, name: str, module: nn.Module, out: Any) -> None:
        products, entries, inputs = self._open.pop()
        inner = self.entries[entries:]
        place = Place(name, self._calls[name])
        self._calls[name] += 1
        words = describe(module)
        if words.role is Role.BLOCK and len(inner) > MAX_IN_BLOCK:
            return
        parameters = sum(each.numel() for each in module.parameters()) - sum(each.layer.parameters for each in inner)
        own = self.counter.count - products - sum(each.layer.products for each in inner)
        layer = Layer(place, words, inputs, _sides_of(out), max(0, parameters), own, find_kind(module))
        self.entries.append(_Entry(layer, len(inner)))


def shown_modules(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield names and modules that the diagram may show: all but containers and parts of what is shown as one."""
    hidden: tuple[str, ...] = ()
    for name, module in network.named_modules():
        if name.startswith(hidden) or "parametrizations" in name.split("."):
            continue
        if is_whole(module):
            hidden = (*hidden, f"{name}.")
        if name and not is_container(module):
            yield name, module


def _group(entries: list[_Entry]) -> Iterator[Stage]:
    """Yield the layers by stages."""
    stages: list[list[Layer]] = []
    for entry in entries:
        role = entry.layer.words.role
        if entry.inner:  # a block: the layers in it are those just before
            inside: list[Layer] = []
            while len(inside) < entry.inner:
                inside = [*stages.pop(), *inside]
            before, inside = inside[: -entry.inner], inside[-entry.inner :]
            stages += [before] if before else []
            stages.append([*inside, entry.layer])
        elif role is Role.FOLLOWER and stages:
            stages[-1].append(entry.layer)
        else:
            stages.append([entry.layer])
    return (Stage(tuple(layers)) for layers in stages)


def _sides_of(value: Any) -> Sides:
    """Return the shape of a tensor, or of the first one in a sequence, without the batch."""
    if isinstance(value, torch.Tensor):
        return tuple(value.shape[1:])
    parts = value if isinstance(value, tuple | list) else ()
    return next((_sides_of(part) for part in parts if isinstance(part, torch.Tensor)), ())
