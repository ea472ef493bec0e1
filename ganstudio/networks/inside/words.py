"""Layers in words: what a module is called, and what it does, in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from torch import nn

from ganstudio.networks import conditioning, layers, resnet
from ganstudio.text import one_line

TIMES = "\N{MULTIPLICATION SIGN}"
_MAX_NAME = 40  # characters of a class's name that are shown


class Role(Enum):
    """What a module is to the diagram."""

    LAYER = "layer"  # makes new maps
    FOLLOWER = "follower"  # changes each value of the maps before it: norms and activations
    BLOCK = "block"  # adds or joins what the layers in it make


@dataclass(frozen=True)
class Words:
    """A module in words.

    Parameters
    ----------
    title
        What it is: "4x4 convolution, stride 2", with a sign for "times".
    brief
        The same in as few words as a small card has room for.
    says
        What it does, in a sentence.
    role
        What it is to the diagram.
    """

    title: str
    brief: str
    says: str
    role: Role = Role.LAYER


def describe(module: nn.Module) -> Words:
    """Return a module in words; one that is not known is called by the name of its class."""
    for kind, words in _WORDS:
        if isinstance(module, kind):
            return words(module)
    name = one_line(_class_name(module), _MAX_NAME)
    if (says := _FOLLOWERS.get(type(module).__module__)) is not None:
        return Words(name, name, says, Role.FOLLOWER)
    if any(True for _ in module.children()):
        return Words(name, name, "What the layers in this part make together.", Role.BLOCK)
    return Words(name, name, "A layer that GAN Studio knows by its name only.")


def is_whole(module: nn.Module) -> bool:
    """Return whether a module is shown as one layer, whatever modules it consists of."""
    return isinstance(module, _WHOLE)


def is_container(module: nn.Module) -> bool:
    """Return whether a module only calls others one after the other."""
    return isinstance(module, nn.Sequential | nn.ModuleList | nn.ModuleDict)


def _class_name(module: nn.Module) -> str:
    kind = type(module)
    # Spectral norm puts a class of its own before the module's.
    return (kind.__bases__[0] if nn.utils.parametrize.is_parametrized(module) else kind).__name__


def _sides(size: Any) -> str:
    height, width = (size, size) if isinstance(size, int) else (size[0], size[-1])
    return f"{height}{TIMES}{width}"


def _is_one(size: Any) -> bool:
    return all(each == 1 for each in ((size,) if isinstance(size, int) else size))


def _step(size: Any) -> str:
    sides = (size,) if isinstance(size, int) else tuple(size)
    return str(sides[0]) if len(set(sides)) == 1 else _sides(sides)


def _convolution(module: Any) -> Words:
    groups = f", {module.groups} groups" if module.groups > 1 else ""
    if _is_one(module.kernel_size) and _is_one(module.stride):
        return _per_pixel(groups)
    patch, stride = _sides(module.kernel_size), _step(module.stride)
    moves = "" if stride == "1" else f", stride {stride}"
    shrinks = "" if stride == "1" else f" The patch moves by {stride}, so the maps become smaller."
    return Words(
        f"{patch} convolution{moves}{groups}",
        f"convolution {patch}",
        f"Each value is a weighted sum of a patch of {patch} values in every map before it.{shrinks}",
    )


def _per_pixel(groups: str = "") -> Words:
    return Words(
        f"1{TIMES}1 convolution, per pixel{groups}",
        "per pixel",
        "The maps are mixed at each pixel by itself: each value is a weighted sum of the values at the same place.",
    )


def _transposed(module: Any) -> Words:
    patch, stride = _sides(module.kernel_size), _step(module.stride)
    return Words(
        f"{patch} transposed convolution, stride {stride}",
        f"transposed {patch}",
        f"Each value stamps a weighted patch of {patch} values into every larger map, at steps of {stride}. Patches "
        "overlap, and add up.",
    )


def _from_image(module: layers.FromImage) -> Words:
    patch = f"4{TIMES}4"
    return Words(
        f"{patch} convolution, stride 2, of pixels",
        f"convolution {patch}",
        f"Each value is a weighted sum of a patch of {patch} pixels. The patch moves by 2, so the maps have half the "
        "picture's sides.",
    )


def _to_image(module: layers.ToImage) -> Words:
    patch = f"4{TIMES}4"
    return Words(
        f"{patch} transposed convolution, stride 2, to pixels",
        f"transposed {patch}",
        f"Each value stamps a weighted patch of {patch} pixels into the picture, at steps of 2. Patches overlap, and "
        "add up.",
    )


def _linear(module: nn.Linear) -> Words:
    return Words("fully connected", "fully connected", "Each number is a weighted sum of all numbers before it.")


def _upsample(module: nn.Upsample) -> Words:
    factor = module.scale_factor
    by = f" {TIMES}{factor:g}" if isinstance(factor, int | float) else ""
    how = "Each value is repeated" if module.mode == "nearest" else "Values between those before are filled in"
    return Words(f"upsample{by}, {module.mode}", f"upsample{by}", f"The maps become larger. {how}.")


def _mean(module: Any) -> Words:
    patch = _sides(module.kernel_size)
    return Words(f"mean of {patch}", f"mean of {patch}", f"Each value is the mean of a patch of {patch} values.")


def _largest(module: Any) -> Words:
    patch = _sides(module.kernel_size)
    return Words(
        f"largest of {patch}", f"largest of {patch}", f"Each value is the largest of a patch of {patch} values."
    )


def _batch_norm(module: nn.Module) -> Words:
    says = (
        "Each map is shifted and scaled to the mean and the spread that it has learned. While training the mean and "
        "the spread before are those of the batch, here those of training so far."
    )
    return Words("batch norm", "batch norm", says, Role.FOLLOWER)


def _relu(module: nn.ReLU) -> Words:
    return Words("ReLU", "ReLU", "Negative values become 0.", Role.FOLLOWER)


def _leaky_relu(module: nn.LeakyReLU) -> Words:
    slope = f"{module.negative_slope:g}"
    return Words(
        f"LeakyReLU {slope}", f"LeakyReLU {slope}", f"Negative values are multiplied by {slope}.", Role.FOLLOWER
    )


def _tanh(module: nn.Tanh) -> Words:
    return Words("tanh", "tanh", "Every value is squeezed to between \N{MINUS SIGN}1 and 1.", Role.FOLLOWER)


def _sigmoid(module: nn.Sigmoid) -> Words:
    return Words("sigmoid", "sigmoid", "Every value is squeezed to between 0 and 1.", Role.FOLLOWER)


def _dropout(module: nn.Module) -> Words:
    return Words(
        "dropout", "dropout", "While training some values are set to 0 at random; here none are.", Role.FOLLOWER
    )


def _reshape(module: nn.Module) -> Words:
    return Words("reshape", "reshape", "The same numbers in another arrangement.", Role.FOLLOWER)


def _identity(module: nn.Module) -> Words:
    return Words("identity", "identity", "Changes nothing.", Role.FOLLOWER)


def _project(module: layers.ProjectAndReshape) -> Words:
    return Words("project and reshape", "project", "Each value of the smallest maps is a weighted sum of all of z.")


def _logit(module: layers.LogitHead) -> Words:
    says = "One weighted sum of all values: how real the picture is to D, as a number of any size."
    return Words("weighted sum to a logit", "to a logit", says)


def _class_code(module: conditioning.LabelEmbedding) -> Words:
    return Words("class, joined to z", "class", "A learned code of the class, as long as z, is joined to z.")


def _mode_code(module: conditioning.ModeEmbedding) -> Words:
    says = "A learned code of the latent mode that z falls into, as long as z, is joined to z."
    return Words("latent mode, joined to z", "latent mode", says)


def _class_fit(module: conditioning.Projection) -> Words:
    says = "How well the values before the logit fit the class: a learned sum for each class, added to the logit."
    return Words("fit to the class", "fit to class", says)


def _block(module: resnet.Block) -> Words:
    says = "What two convolutions make of x is added to x, so the block only has to learn what to change."
    return Words("block: x + f(x)", "block x + f(x)", says, Role.BLOCK)


_FOLLOWERS = {  # modules of PyTorch
    "torch.nn.modules.activation": "An activation: bends values, each by itself.",
    "torch.nn.modules.normalization": "A norm: brings values to a common mean and spread.",
    "torch.nn.modules.instancenorm": "A norm: brings each map to a common mean and spread.",
}
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_DROPOUTS = (nn.Dropout, nn.Dropout2d, nn.AlphaDropout)
_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_WHOLE = (conditioning.LabelEmbedding, conditioning.ModeEmbedding, conditioning.Projection)
_WORDS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Words]], ...] = (
    (layers.ProjectAndReshape, _project),
    (layers.LogitHead, _logit),
    (layers.Conv1x1, lambda module: _per_pixel()),
    (layers.FromImage, _from_image),
    (layers.ToImage, _to_image),
    (conditioning.LabelEmbedding, _class_code),
    (conditioning.ModeEmbedding, _mode_code),
    (conditioning.Projection, _class_fit),
    (resnet.Block, _block),
    (_CONVOLUTIONS, _convolution),
    (_TRANSPOSED, _transposed),
    (nn.Linear, _linear),
    (nn.Upsample, _upsample),
    (nn.AvgPool2d, _mean),
    (nn.MaxPool2d, _largest),
    (_NORMS, _batch_norm),
    (nn.ReLU, _relu),
    (nn.LeakyReLU, _leaky_relu),
    (nn.Tanh, _tanh),
    (nn.Sigmoid, _sigmoid),
    (_DROPOUTS, _dropout),
    ((nn.Flatten, nn.Unflatten), _reshape),
    (nn.Identity, _identity),
)
