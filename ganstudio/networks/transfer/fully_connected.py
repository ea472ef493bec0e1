"""Transfer between fully connected networks: their layers at the picture are resized as pictures are."""

import math

import torch
from torch import nn

from ganstudio.networks.transfer.adapting import adapt_channels, adapt_inputs, describe_channels, match_rows, resize_map
from ganstudio.networks.transfer.job import How, Job, Network, compare_sizes

_VECTORS = "projection.vectors.weight"


def makes_pictures(job: Job) -> bool:
    """Return whether both networks are of the kind `mlp`: a linear layer makes or reads all pixels of a picture."""
    return all(_reaches_pixels(network, job.is_generator) for network in (job.old, job.new))


def _reaches_pixels(network: Network, is_generator: bool) -> bool:
    linear = [layer for layer in network.layers or () if isinstance(layer, nn.Linear)]
    pixels = network.shape.channels * math.prod(network.shape.sides)
    return bool(linear) and (linear[-1].out_features if is_generator else linear[0].in_features) == pixels


def transfer_layers(job: Job, layers: nn.Sequential) -> None:
    """Make the weights of all layers of a network of the kind `mlp`."""
    linear = [name for name, layer in layers.named_children() if isinstance(layer, nn.Linear)]
    at_picture = linear[-1] if job.is_generator else linear[0]
    for number in linear:
        if number == at_picture:
            _transfer_picture(job, f"layers.{number}")
        else:
            _transfer_linear(job, f"layers.{number}", reads_z=job.is_generator and number == linear[0])
    if job.has(_VECTORS):
        made = match_rows(job.before[_VECTORS], job.matches, job.fresh[_VECTORS])
        job.put(_VECTORS, made, _VECTORS, *compare_sizes(job.before[_VECTORS].shape, made.shape))
    elif _VECTORS in job.fresh:
        job.put_silent(_VECTORS)


def _transfer_linear(job: Job, name: str, reads_z: bool) -> None:
    old = job.before[f"{name}.weight"]
    made = adapt_inputs(old, job.old.shape, job.new.shape) if reads_z else old
    job.put(f"{name}.weight", made, f"{name}.weight", *compare_sizes(old.shape, made.shape))
    job.put(f"{name}.bias", job.before[f"{name}.bias"], f"{name}.bias")


def _transfer_picture(job: Job, name: str) -> None:
    """Resize the layer at the picture; what D sums over more pixels stays as large."""
    weight, bias = f"{name}.weight", f"{name}.bias"
    old, new = job.old.shape.sides, job.new.shape.sides
    how = [*describe_channels(job.old, job.new), *[How.RESIZED] * (old != new)]

    def adapt(numbers: torch.Tensor) -> torch.Tensor:
        """Adapt (channels x height x width, ...)."""
        maps = resize_map(numbers.reshape(job.old.shape.channels, *old, -1).permute(1, 2, 0, 3), new)
        maps = adapt_channels(maps, 2, job.old, job.new, job.is_generator)
        return maps.permute(2, 0, 1, 3).flatten(0, 2)

    if job.is_generator:
        job.put(weight, adapt(job.before[weight]), weight, *how)
        job.put(bias, adapt(job.before[bias]), bias, *how)
    elif job.old.pictures == job.new.pictures:
        share = math.prod(old) / math.prod(new)
        job.put(weight, adapt(job.before[weight].T).T * share, weight, *how)
        job.put(bias, job.before[bias], bias)
