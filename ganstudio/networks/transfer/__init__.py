"""Weights of a network made from those of another, across size, aspect, channels and classes.

Every tensor is accounted for, and where it can be, the new network computes the same function as the old one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from ganstudio.networks.transfer import fully_connected
from ganstudio.networks.transfer.adapting import OPAQUE, match_rows
from ganstudio.networks.transfer.job import How as How
from ganstudio.networks.transfer.job import Job, compare_sizes
from ganstudio.networks.transfer.job import Network as Network
from ganstudio.networks.transfer.job import Row as Row
from ganstudio.networks.transfer.maps import Maps
from ganstudio.networks.transfer.places import Kind, Place, locate_layers

_CODES = "join.codes.weight"


@dataclass(frozen=True)
class Transfer:
    """Weights of the new network.

    Parameters
    ----------
    weights
        Its whole state, on the CPU.
    rows
        A row for each tensor of it, in order, then those for tensors of the old network that are not used.
    identities
        Names of batch norms in G that are to pass features on; see `calibration`.
    needs_opaque
        Whether G makes transparency that the old one did not, so that pictures are to begin opaque; see `calibration`.
    needs_statistics
        Whether batch norms in G get other features than those that their running mean and variance are of.
    """

    weights: dict[str, torch.Tensor]
    rows: tuple[Row, ...]
    identities: tuple[str, ...] = ()
    needs_opaque: bool = False
    needs_statistics: bool = False


def transfer_generator(old: Network, new: Network, matches: Sequence[int | None] = ()) -> Transfer:
    """Return the weights of a generator that begins as the old one.

    Parameters
    ----------
    old
        The generator to begin from.
    new
        The new one, with freshly drawn weights; of the same kind, width and size of z.
    matches
        For each class of the new one the number of the same class of the old one, None if it had no such class.
    """
    return _transfer(Job(old, new, matches, is_generator=True))


def transfer_discriminator(old: Network, new: Network, matches: Sequence[int | None] = ()) -> Transfer:
    """Return the weights of a discriminator that begins as the old one; see `transfer_generator`."""
    return _transfer(Job(old, new, matches, is_generator=False))


def _transfer(job: Job) -> Transfer:
    layers, has_left_out = job.new.layers, False
    if layers is not None and _is_of_maps(layers):
        maps = Maps(job)
        maps.transfer()
        has_left_out = maps.leaves_out
    elif layers is not None and fully_connected.makes_pictures(job):
        fully_connected.transfer_layers(job, layers)
    else:
        _copy_equal(job)
    _transfer_condition(job)
    job.put_singular_vectors()
    needs_opaque = job.is_generator and job.new.channels > OPAQUE >= job.old.channels
    needs_statistics = job.is_generator and has_left_out and any("running_mean" in name for name in job.fresh)
    return Transfer(job.weights(), job.rows(), tuple(job.identities), needs_opaque, needs_statistics)


def _is_of_maps(layers: nn.Sequential) -> bool:
    return Place(Kind.BASE) in locate_layers(layers, 1, is_generator=True)


def _copy_equal(job: Job) -> None:
    """Copy what has the same name and shape: nothing is known about networks of points and of other packages."""
    for name, weight in job.before.items():
        if name in job.fresh and weight.shape == job.fresh[name].shape:
            job.put(name, weight, name)


def _transfer_condition(job: Job) -> None:
    """Transfer the codes of classes and modes in G."""
    if job.has(_CODES):
        made = match_rows(job.before[_CODES], job.matches, job.fresh[_CODES])
        job.put(_CODES, made, _CODES, *compare_sizes(job.before[_CODES].shape, made.shape))
    for name in ("modes.choices", "modes.codes"):
        if job.has(name):
            old, made = job.before[name], job.fresh[name].clone()
            rows = min(len(old), len(made))
            made[:rows] = old[:rows]
            job.put(name, made, name, *compare_sizes(old.shape, made.shape))
