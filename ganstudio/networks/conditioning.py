"""What the networks have in common: layers in a row, and what is joined to z and to the features."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.networks.base import Shape


class LabelAndNoise(nn.Module):
    """z joined with its label's code: M. Mirza, S. Osindero, "Conditional generative adversarial nets", 2014 (arXiv
    1411.1784), section 3.2, with a learned code in place of a hidden layer.

    z (N, z_size) and labels (N,) int64 -> (N, 2 z_size). The code is as long as z and has its mean square, 1, so that
    neither drowns the other. Weights (N, classes), float, in place of labels mix the classes' codes; the mix is brought
    to the same length, so that a picture between two classes is as strongly told as one of either.
    """

    def __init__(self, classes: int, z_size: int) -> None:
        super().__init__()
        self.codes = nn.Embedding(classes, z_size)

    def forward(self, z: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        code = F.normalize(self.codes(labels), dim=1) if not labels.is_floating_point() else self._mixed(labels)
        code = code * math.sqrt(z.shape[1])
        return torch.cat([z, code], dim=1)

    def _mixed(self, weights: torch.Tensor) -> torch.Tensor:
        """Unit codes (N, z_size) of mixed classes; those that are mixed have the same length, as their labels' have."""
        return F.normalize(weights @ F.normalize(self.codes.weight, dim=1), dim=1)


class ModeAndNoise(nn.Module):
    """z joined with the code of the mode that it falls into: a mixture in latent space, as in S. Gurumurthy, R. K.
    Sarvadevabhatla, R. V. Babu, "DeLiGAN", CVPR 2017 (arXiv 1706.02071), but chosen by z itself, and by learned choice.

    A continuous G leads from one kind of pictures to another over pictures that are neither (M. Khayatkhoei, M. Singh,
    A. Elgammal, "Disconnected manifold learning for GANs", NeurIPS 2018, arXiv 1806.00880). Here each mode has a
    learned direction; the codes of all are mixed by a softmax over how far z points along each, so sharp that most z
    have little but one mode, and yet smooth, so that choices are learned too.

    z (N, z_size) -> (N, 2 z_size). The code is as long as z is on average. Only where z points counts, not its length:
    truncation leaves the mode as it is.
    """

    SHARPNESS = 10.0  # of the softmax, whose differences are about 1 for a z of average length

    def __init__(self, modes: int, z_size: int) -> None:
        super().__init__()
        self.choices = nn.Parameter(torch.empty(modes, z_size))
        self.codes = nn.Parameter(torch.empty(modes, z_size))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        length = math.sqrt(z.shape[1])
        direction = F.normalize(z.float(), dim=1) * length
        # Not as a matrix product: that would be computed in bfloat16, too coarse for the softmax.
        along = (direction[:, None] * F.normalize(self.choices, dim=1)).sum(2)  # (N, modes)
        mix = torch.softmax(self.SHARPNESS * along, dim=1) @ F.normalize(self.codes, dim=1)
        return torch.cat([z, F.normalize(mix.float(), dim=1) * length], dim=1)


class Projection(nn.Module):
    """How well the features fit the class: T. Miyato, M. Koyama, "cGANs with projection discriminator", ICLR 2018
    (arXiv 1802.05637), equation 3: the inner product of the label's vector and the features.

    Features (N, size) and labels (N,) int64 -> (N,), float32, to be added to the logits. Labels (N, m) of packed
    pictures count with the sum of their vectors, weights (N, classes), float, with the mean that they give.
    """

    def __init__(self, classes: int, size: int) -> None:
        super().__init__()
        self.vectors = nn.Embedding(classes, size)

    def forward(self, features: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        mixed = labels.is_floating_point()
        vectors: torch.Tensor = labels @ self.vectors.weight if mixed else self.vectors(labels)
        if labels.ndim == 2 and not mixed:
            vectors = vectors.sum(1)
        return (vectors * features).sum(1).float()  # float32 even where the features are bfloat16: vectors are


def joined_size(shape: Shape) -> int:
    """How many numbers the first layer of a `Maker` takes: z, the code of its mode, the code of the class."""
    return shape.z_size * (1 + bool(shape.modes) + bool(shape.classes))


class Maker(nn.Module):
    """A generator: layers from noise to pictures; the noise is joined with a mode's code if there are modes, and with
    labels if there are classes, so that the first layer takes `joined_size` numbers."""

    def __init__(self, layers: list[nn.Module], shape: Shape) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.join = LabelAndNoise(shape.classes, shape.z_size) if shape.classes else None
        self.modes = ModeAndNoise(shape.modes, shape.z_size) if shape.modes else None

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """z (N, z_size) and labels (N,) int64 -> pictures (N, channels, size, size), -1..1.

        In place of labels, weights (N, classes), float, whose rows sum to 1, ask for mixed classes.
        """
        told = z if self.join is None else self.join(z, _told(labels))
        if self.modes is not None:
            told = torch.cat([self.modes(z), told[:, z.shape[1] :]], dim=1)
        x: torch.Tensor = self.layers(told)
        return x


class Judge(nn.Module):
    """A discriminator: layers from pictures to features, a last one to logits, the projection if there are classes.

    `size` is the number of features that the last layer sees.
    """

    def __init__(self, layers: list[nn.Module], last: nn.Module, classes: int, size: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers, last)
        self.projection = Projection(classes, size) if classes else None

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """Pictures (N, channels, size, size), -1..1, and labels (N,) or (N, m), int64 -> logits (N,), float32.

        In place of labels (N,), weights (N, classes), float, judge the pictures as of mixed classes.
        """
        *layers, last = self.layers
        for layer in layers:
            x = layer(x)
        logits: torch.Tensor = last(x).float().reshape(len(x))
        if self.projection is None:
            return logits
        fit: torch.Tensor = self.projection(x.flatten(1), _told(labels))
        return logits + fit


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Codes and choices N(0, 1); a class's vector N(0, 1 / size), so that its inner product starts with the features'
    own scale."""
    for part in module.modules():
        if isinstance(part, LabelAndNoise):
            nn.init.normal_(part.codes.weight, generator=rng)
        elif isinstance(part, ModeAndNoise):
            nn.init.normal_(part.choices, generator=rng)
            nn.init.normal_(part.codes, generator=rng)
        elif isinstance(part, Projection):
            size = part.vectors.embedding_dim
            nn.init.normal_(part.vectors.weight, 0.0, 1 / math.sqrt(size), generator=rng)


def _told(labels: torch.Tensor | None) -> torch.Tensor:
    if labels is None:
        raise ValueError("a class-conditional network needs labels")
    return labels
