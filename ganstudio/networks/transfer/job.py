"""What a transfer reads and makes, and the account of every tensor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.networks.base import Shape

Weights = Mapping[str, torch.Tensor]

_SPECTRAL = ".parametrizations.weight.original"  # what spectral norm calls a weight
_LEFT, _RIGHT = (f".parametrizations.weight.0.{name}" for name in ("_u", "_v"))  # its singular vectors
_ITERATIONS = 50  # of the power method; torch does 15 when it begins, and one in each update


class How(StrEnum):
    """What became of a tensor, for users."""

    COPIED = "copied"
    CUT = "cut"
    PADDED = "padded"
    REPEATED = "repeated"
    AVERAGED = "averaged"
    RESIZED = "resized"
    COMBINED = "combined"  # with a layer that the new network has no place for
    PASSING = "passes on"  # what it gets, unchanged, until it has learned
    UNUSED = "not used"
    ANEW = "begun anew"


@dataclass(frozen=True)
class Row:
    """What became of one tensor.

    Parameters
    ----------
    name
        Its name in its network.
    how
        What was done.
    before
        Shape of what it was made from; None: of nothing.
    after
        Its shape; None: it is of the old network, and the new one has no use for it.
    """

    name: str
    how: tuple[How, ...]
    before: tuple[int, ...] | None
    after: tuple[int, ...] | None


@dataclass(frozen=True)
class Network:
    """A network to transfer from or to.

    Parameters
    ----------
    module
        Its layers; the weights in them are not looked at.
    shape
        What it was built for.
    weights
        Its state.
    pictures
        Pictures that D judges at once, see `pack`; 1 for a G.
    """

    module: nn.Module
    shape: Shape
    weights: Weights
    pictures: int = 1

    @property
    def layers(self) -> nn.Sequential | None:
        """The row of layers of a built-in network; None for one of another package."""
        layers = getattr(self.module, "layers", None)
        return layers if isinstance(layers, nn.Sequential) else None

    @property
    def channels(self) -> int:
        """Channels of one picture."""
        return self.shape.channels // self.pictures


class Job:
    """A transfer that is going on.

    Parameters
    ----------
    old, new
        The network to begin from, and the new one with freshly drawn weights.
    matches
        For each class of the new one the number of the same class of the old one, or None.
    is_generator
        Whether they are generators.

    Attributes
    ----------
    before, fresh
        Weights of either, by their names without spectral norm.
    identities
        Batch norms of the new network that are to pass features on; see `calibration`.
    """

    def __init__(self, old: Network, new: Network, matches: Sequence[int | None], is_generator: bool) -> None:
        self.old, self.new, self.matches, self.is_generator = old, new, matches, is_generator
        self.before = {_plain(name): weight.float() for name, weight in old.weights.items()}
        self._names = {_plain(name): name for name in new.weights}
        self.fresh = {plain: new.weights[name].detach().cpu() for plain, name in self._names.items()}
        self.identities: list[str] = []
        self._made: dict[str, torch.Tensor] = {}
        self._rows: dict[str, Row] = {}
        self._used: set[str] = set()

    def has(self, name: str) -> bool:
        """Return whether both networks have a tensor of that name."""
        return name in self.before and name in self.fresh

    def put(self, name: str, weight: torch.Tensor, source: str, *how: How) -> None:
        """Set a tensor of the new network that was made of `source`, one of the old network."""
        before, fresh = self.before[source], self.fresh[name]
        weight = weight.reshape(fresh.shape).to(fresh.dtype)
        is_same = weight.shape == before.shape and torch.equal(weight, before.to(fresh.dtype))
        done = (How.COPIED,) if is_same else tuple(dict.fromkeys(how)) or (How.COMBINED,)
        self._made[name] = weight
        self._rows[name] = Row(self._names[name], done, tuple(before.shape), tuple(fresh.shape))
        self._used.add(source)

    def put_passing(self, name: str, weight: torch.Tensor) -> None:
        """Set a tensor of the new network by which its layer passes on what it gets."""
        fresh = self.fresh[name]
        self._made[name] = weight.reshape(fresh.shape).to(fresh.dtype)
        self._rows[name] = Row(self._names[name], (How.PASSING,), None, tuple(fresh.shape))

    def put_silent(self, name: str) -> None:
        """Set a weight of the new network to 0, so that it adds nothing; one with spectral norm stays as drawn.

        Spectral norm divides by the largest singular value, which 0 has none of.
        """
        if f"{name.removesuffix('.weight')}{_LEFT}" not in self.fresh:
            self.put_passing(name, torch.zeros_like(self.fresh[name]))

    def put_singular_vectors(self) -> None:
        """Set the vectors by which spectral norm knows the norm of a weight, to those of the weight as it is now.

        Where that is the old one, so are they; otherwise those of the fresh weight are a beginning.
        """
        for left in [name for name in self.fresh if name.endswith(_LEFT)]:
            right = f"{left.removesuffix(_LEFT)}{_RIGHT}"
            name = f"{left.removesuffix(_LEFT)}.weight"
            if name not in self._made:
                continue
            if self._rows[name].how == (How.COPIED,) and self.has(left) and self.has(right):
                self.put(left, self.before[left], left)
                self.put(right, self.before[right], right)
            else:
                self._made[left], self._made[right] = _find_singular(self._made[name], self.fresh[right])

    def weights(self) -> dict[str, torch.Tensor]:
        """Return the whole state of the new network; what was not set has its fresh weights."""
        return {name: self._made.get(plain, self.fresh[plain]).clone() for plain, name in self._names.items()}

    def rows(self) -> tuple[Row, ...]:
        """Return a row for each tensor of the new network, then for those of the old one that are not used."""
        rows = [
            self._rows.get(plain, Row(name, (How.ANEW,), None, tuple(self.fresh[plain].shape)))
            for plain, name in self._names.items()
        ]
        order = dict.fromkeys(map(_plain, self.old.module.state_dict()))  # that of a file may be any
        unused = [name for name in order if name in self.before and name not in self._used]
        return (*rows, *(Row(name, (How.UNUSED,), tuple(self.before[name].shape), None) for name in unused))


def _plain(name: str) -> str:
    return name.replace(_SPECTRAL, ".weight")


def _find_singular(weight: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the left and right vector of the largest singular value of a weight, by power iteration from `right`."""
    matrix = weight.flatten(1)
    for _ in range(_ITERATIONS):
        left = F.normalize(matrix @ right, dim=0)
        right = F.normalize(matrix.T @ left, dim=0)
    return left, right


def compare_sizes(before: Sequence[int], after: Sequence[int]) -> list[How]:
    """Return what happens to a tensor of one shape that takes another one."""
    pairs = list(zip(before, after, strict=True))
    grown, shrunk = any(had < has for had, has in pairs), any(had > has for had, has in pairs)
    return [How.PADDED] * grown + [How.CUT] * shrunk
