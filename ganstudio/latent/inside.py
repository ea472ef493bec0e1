"""What the layers of a snapshot's networks make of a z or a picture, and what the networks answer if it is changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.data.points.density_picture import draw_each
from ganstudio.errors import InputError
from ganstudio.images import Pictures, to_uint8
from ganstudio.latent.channel_edit import Edit
from ganstudio.latent.condition import make_condition
from ganstudio.latent.critic import Critic
from ganstudio.latent.paths import Mix, Noise
from ganstudio.latent.sampler import Sampler
from ganstudio.latent.sums import Sums
from ganstudio.networks.inside.activations import Change, observe, take_input
from ganstudio.networks.inside.convolutions import Convolution, read_convolution
from ganstudio.networks.inside.structure import Place

MAX_INPUTS = 16  # input maps of a convolution that are shown
Maps = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Seen:
    """What a layer makes.

    Parameters
    ----------
    channels
        Numbers of the channels that are returned, (N,).
    maps
        Their values, (N, h, w), before any change; of numbers without places h and w are 1.
    largest
        Largest absolute value in any channel of the layer.
    count
        Number of channels of the layer.
    picture
        What G makes, or what D judges, (1, H, W) or (1, H, W, C).
    changed
        What G makes of the changed layer; None without a change, and of D.
    chance, changed_chance
        D's opinion, 0..1, of what is judged, and that with the changed layer; None if D was not asked.
    """

    channels: npt.NDArray[np.int64]
    maps: Maps
    largest: float
    count: int
    picture: Pictures
    changed: Pictures | None = None
    chance: float | None = None
    changed_chance: float | None = None


def look_into_generator(
    sampler: Sampler,
    place: Place,
    z: Noise,
    mix: Mix | None,
    channels: Sequence[int] | int,
    edits: Sequence[Edit] = (),
) -> Seen:
    """Return what a layer of G makes of z.

    Parameters
    ----------
    sampler
        The generator.
    place
        The layer.
    z, mix
        (1, z_size), and shares of the classes, (1, classes), of a generator with classes.
    channels
        Which channels; a number: so many, the strongest first.
    edits
        Changes of channels; those that do not fit the layer are left out.

    Raises
    ------
    InputError
        The layer makes nothing that can be shown.
    """
    inputs = torch.from_numpy(z), make_condition(1, sampler.classes, None, mix)
    made, out = _observe(sampler.G, inputs, place)
    changed = _observe(sampler.G, inputs, place, _changing(made, edits))[1] if edits else None
    return _see(made, channels, _show(sampler, out), None if changed is None else _show(sampler, changed))


def look_into_discriminator(
    sampler: Sampler,
    place: Place,
    z: Noise,
    mix: Mix | None,
    picture: Pictures | None,
    channels: Sequence[int] | int,
    edits: Sequence[Edit] = (),
) -> Seen:
    """Return what a layer of D makes of a picture.

    Parameters
    ----------
    sampler
        A generator with its D.
    place, z, mix, channels, edits
        As in `look_into_generator`.
    picture
        What D judges, (1, H, W) or (1, H, W, C), as one of the class that it most likely is of, else of those of `mix`;
        None: what G makes of z.

    Raises
    ------
    InputError
        There is no D, or the layer makes nothing that can be shown.
    """
    critic = find_critic(sampler)
    picture, x, condition = take_judged(sampler, z, mix, picture)
    made, logits = _observe(critic.D, (x, condition), place)
    seen = _see(made, channels, picture, None)
    changed = _observe(critic.D, (x, condition), place, _changing(made, edits))[1] if edits else None
    changed_chance = None if changed is None else critic.chance(changed)
    return replace(seen, chance=critic.chance(logits), changed_chance=changed_chance)


def look_into_sums(
    sampler: Sampler,
    is_generator: bool,
    place: Place,
    z: Noise,
    mix: Mix | None,
    picture: Pictures | None,
    output: int,
    taken: int | None = None,
) -> Sums:
    """Return what the sums of a convolution are made of.

    Parameters
    ----------
    sampler, place, z, mix, picture
        As in `look_into_discriminator`.
    is_generator
        Whether the convolution is one of G, not of D.
    output
        Number of the output map; the last one if there are fewer.
    taken
        Number of the input map; None: the one that adds most.

    Raises
    ------
    InputError
        There is no D, or no such convolution.
    """
    network: torch.nn.Module
    if is_generator:
        network, inputs = sampler.G, (torch.from_numpy(z), make_condition(1, sampler.classes, None, mix))
    else:
        network = find_critic(sampler).D
        inputs = take_judged(sampler, z, mix, picture)[1:]
    try:
        convolution = read_convolution(network.get_submodule(place.module))
        x = take_input(network, inputs, place)
    except (LookupError, AttributeError):
        raise InputError("This layer is no convolution whose sums can be shown. Choose another one.") from None
    return _sum_up(convolution, x, min(output, len(convolution.weight) - 1), taken)


def _sum_up(convolution: Convolution, x: torch.Tensor, output: int, taken: int | None) -> Sums:
    with torch.no_grad():
        parts = convolution.parts(x, output)
        bias = 0.0 if convolution.bias is None else float(convolution.bias[output])
        order = torch.argsort(parts.abs().mean((1, 2)), descending=True, stable=True)
        channel = int(order[0]) if taken is None or taken >= len(order) else taken
        return Sums(
            convolution.is_transposed,
            convolution.stride,
            convolution.padding,
            order.numpy(),
            x[0][order[:MAX_INPUTS]].contiguous().numpy(),
            channel,
            x[0, channel].contiguous().numpy(),
            output,
            convolution.weight[output, channel].contiguous().numpy(),
            parts[channel].contiguous().numpy(),
            (parts.sum(0) + bias).numpy(),
            bias,
        )


def find_critic(sampler: Sampler) -> Critic:
    """Return D of the same snapshot. Raises InputError if it judges no single pictures."""
    if sampler.critic is not None:
        return sampler.critic
    if sampler.packing > 1:
        raise InputError(
            f"D judges {sampler.packing} pictures at a time in this run (packing): it has no opinion of a single one."
        )
    raise InputError("This model was saved without a D that judges single pictures.")


def take_judged(
    sampler: Sampler, z: Noise, mix: Mix | None, picture: Pictures | None
) -> tuple[Pictures, torch.Tensor, torch.Tensor | None]:
    """Return what D judges as it is shown, as D takes it, and its class."""
    critic = find_critic(sampler)
    labels = None if picture is None else critic.likeliest(picture)
    condition = make_condition(1, critic.classes, labels, mix if labels is None else None)
    if picture is not None:
        return picture, critic.to_tensor(picture), condition
    with torch.no_grad():
        x = sampler.G(torch.from_numpy(z), condition)
    return _show(sampler, x), x, condition


def _observe(
    network: torch.nn.Module, inputs: tuple[torch.Tensor | None, ...], place: Place, change: Change | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    try:
        return observe(network, inputs, place, change)
    except LookupError:
        raise InputError("This layer makes nothing that can be shown as maps. Choose another one.") from None


def _show(sampler: Sampler, x: torch.Tensor) -> Pictures:
    if sampler.shown is None:
        return to_uint8(x)
    return draw_each(x.flatten(1).numpy(), sampler.shown.sides, sampler.shown.channels)


def _see(made: torch.Tensor, channels: Sequence[int] | int, picture: Pictures, changed: Pictures | None) -> Seen:
    maps = _to_maps(made.float())
    count = len(maps)
    if isinstance(channels, int):
        strength = maps.abs().mean((1, 2))
        chosen = torch.argsort(strength, descending=True, stable=True)[:channels]
    else:
        chosen = torch.tensor([channel for channel in channels if channel < count], dtype=torch.int64)
    largest = float(maps.abs().max())
    return Seen(chosen.numpy(), maps[chosen].contiguous().numpy(), largest, count, picture, changed)


def _to_maps(made: torch.Tensor) -> torch.Tensor:
    """Return what a layer makes of one picture as maps (channels, h, w); a view of what is contiguous."""
    one = made[0]
    if one.ndim == 0:
        return one.reshape(1, 1, 1)
    if one.ndim == 1:
        return one[:, None, None]
    return one if one.ndim == 3 else one.reshape(len(one), 1, -1)


def _changing(made: torch.Tensor, edits: Sequence[Edit]) -> Change:
    """Return what applies edits to what a layer makes, which is `made` without them."""
    largest = float(made.float().abs().max())

    def change(made: torch.Tensor) -> torch.Tensor:
        changed = made.double().contiguous()  # layers of other packages make any kind of numbers
        maps = _to_maps(changed).numpy()  # the same memory
        for edit in edits:
            if edit.channel < len(maps):
                edit.apply(maps[edit.channel], largest)
        return changed.to(made.dtype)

    return change
