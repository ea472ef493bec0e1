"""Which weights of D belong to its levels nearest the picture, to be left as they are.

S. Mo, M. Cho, J. Shin, "Freeze the discriminator: a simple baseline for fine-tuning GANs", 2020 (arXiv 2002.10964).
"""

from torch import nn

from ganstudio.networks.transfer.places import Kind, Place, locate_layers


def count_levels(D: nn.Module) -> int:
    """Return how many levels of D can be frozen, all but the last layer; 0 for a D of another package."""
    return max(_levels(D).values(), default=-1) + 1


def find_frozen(D: nn.Module, levels: int) -> list[nn.Module]:
    """Return the layers of the first `levels` levels of D, from the picture on."""
    layers = getattr(D, "layers", None)
    return [] if layers is None else [layers.get_submodule(name) for name, at in _levels(D).items() if at < levels]


def _levels(D: nn.Module) -> dict[str, int]:
    """Return the level of each layer that has weights, counted from the picture, without the last layer."""
    layers = getattr(D, "layers", None)
    if not isinstance(layers, nn.Sequential):
        return {}
    linear = [name for name, layer in layers.named_children() if isinstance(layer, nn.Linear)]
    if linear:
        return {name: level for level, name in enumerate(linear[:-1])}
    doublings = 1 + sum(isinstance(layer, nn.AvgPool2d) or _halves(layer) for layer in layers)
    places = locate_layers(layers, doublings, is_generator=False)
    return {name: _level(place, doublings) for place, name in places.items() if place.kind is not Kind.BASE}


def _halves(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Conv2d) and layer.stride == (2, 2)


def _level(place: Place, doublings: int) -> int:
    if place.kind is Kind.IMAGE:
        return 0
    smaller = place.depth - 1 if place.kind in (Kind.CONV, Kind.CHANGE) else place.depth
    return doublings - 1 - smaller
