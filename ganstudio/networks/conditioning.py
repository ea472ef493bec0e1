"""Conditioning of both networks on classes, and of G on latent modes; the base classes that apply it."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.networks.base import Shape


class LabelEmbedding(nn.Module):
    """Concatenation of z with a learned embedding of its label.

    M. Mirza, S. Osindero, "Conditional generative adversarial nets", 2014 (arXiv 1411.1784), section 3.2, with an
    embedding instead of a hidden layer. The embedding is as long as z and has its mean square, 1, so that neither
    dominates the other.

    Parameters
    ----------
    classes
        Number of labels.
    z_size
        Length of z and of the embedding.
    """

    def __init__(self, classes: int, z_size: int) -> None:
        super().__init__()
        self.codes = nn.Embedding(classes, z_size)

    def forward(self, z: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Concatenate each z with the embedding of its label.

        Parameters
        ----------
        z
            (N, z_size).
        labels
            (N,), int64; or weights (N, classes), float, which mix the embeddings. A mix is normalised to the same
            length, so that a picture between two classes is conditioned as strongly as one of either.

        Returns
        -------
        torch.Tensor
            (N, 2 z_size).
        """
        code = F.normalize(self.codes(labels), dim=1) if not labels.is_floating_point() else self._mixed(labels)
        code = code * math.sqrt(z.shape[1])
        return torch.cat([z, code], dim=1)

    def _mixed(self, weights: torch.Tensor) -> torch.Tensor:
        """Return unit embeddings (N, z_size) of mixed classes; each class counts with an embedding of length 1."""
        return F.normalize(weights @ F.normalize(self.codes.weight, dim=1), dim=1)


class ModeEmbedding(nn.Module):
    """Concatenation of z with the embedding of the latent mode that it falls into.

    A mixture in latent space, as in S. Gurumurthy, R. K. Sarvadevabhatla, R. V. Babu, "DeLiGAN", CVPR 2017 (arXiv
    1706.02071), but the mode is chosen by z itself, and the choice is learned.

    A continuous G leads from one kind of pictures to another over pictures that are neither (M. Khayatkhoei, M. Singh,
    A. Elgammal, "Disconnected manifold learning for GANs", NeurIPS 2018, arXiv 1806.00880). Here each mode has a
    learned direction; the embeddings of all modes are mixed by a softmax over the projections of z on these directions.
    It is so sharp that nearly every z has a single mode, and yet smooth, so that the choice is learned too.

    Only the direction of z counts, not its length: truncation leaves the mode as it is.

    Parameters
    ----------
    modes
        Number of modes.
    z_size
        Length of z and of the embedding.
    """

    SHARPNESS = 10.0  # of the softmax, whose differences are about 1 for a z of average length

    def __init__(self, modes: int, z_size: int) -> None:
        super().__init__()
        self.choices = nn.Parameter(torch.empty(modes, z_size))
        self.codes = nn.Parameter(torch.empty(modes, z_size))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Return z (N, z_size) with its mode's embedding, (N, 2 z_size); the embedding is as long as an average z."""
        length = math.sqrt(z.shape[1])
        direction = F.normalize(z.float(), dim=1) * length
        # Not as a matrix product: that would be computed in bfloat16, too coarse for the softmax.
        along = (direction[:, None] * F.normalize(self.choices, dim=1)).sum(2)  # (N, modes)
        mix = torch.softmax(self.SHARPNESS * along, dim=1) @ F.normalize(self.codes, dim=1)
        return torch.cat([z, F.normalize(mix.float(), dim=1) * length], dim=1)


class Projection(nn.Module):
    """Inner product of the features and a learned vector of the class: how well they fit each other.

    T. Miyato, M. Koyama, "cGANs with projection discriminator", ICLR 2018 (arXiv 1802.05637), equation 3.

    Parameters
    ----------
    classes
        Number of labels.
    size
        Number of features.
    """

    def __init__(self, classes: int, size: int) -> None:
        super().__init__()
        self.vectors = nn.Embedding(classes, size)

    def forward(self, features: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the projection of each row of features on its class, to be added to the logits.

        Parameters
        ----------
        features
            (N, size).
        labels
            (N,), int64; or (N, m) of packed pictures, whose vectors are added; or weights (N, classes), float, whose
            vectors are averaged with these weights.

        Returns
        -------
        torch.Tensor
            (N,), float32.
        """
        mixed = labels.is_floating_point()
        vectors: torch.Tensor = labels @ self.vectors.weight if mixed else self.vectors(labels)
        if labels.ndim == 2 and not mixed:
            vectors = vectors.sum(1)
        return (vectors * features).sum(1).float()  # float32 even where the features are bfloat16: vectors are


def input_size(shape: Shape) -> int:
    """Return the number of inputs of a generator's first layer: z, the embeddings of its mode and of the class."""
    return shape.z_size * (1 + bool(shape.modes) + bool(shape.classes))


class GeneratorBase(nn.Module):
    """Base of the generators: embeddings joined to z, then layers in a row.

    Parameters
    ----------
    layers
        From `input_size` numbers to pictures (N, channels, height, width), -1..1.
    shape
        What the generator is built for: z is joined with the embedding of its mode if there are modes, and with that
        of its label if there are classes.
    """

    def __init__(self, layers: list[nn.Module], shape: Shape) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.join = LabelEmbedding(shape.classes, shape.z_size) if shape.classes else None
        self.modes = ModeEmbedding(shape.modes, shape.z_size) if shape.modes else None

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """Generate pictures.

        Parameters
        ----------
        z
            (N, z_size), standard normal.
        labels
            (N,), int64; or weights (N, classes), float, whose rows sum to 1, for mixed classes. Ignored by an
            unconditional generator.

        Returns
        -------
        torch.Tensor
            Pictures (N, channels, height, width), -1..1.

        Raises
        ------
        ValueError
            A class-conditional generator got no labels.
        """
        condition = z if self.join is None else self.join(z, _required(labels))
        if self.modes is not None:
            condition = torch.cat([self.modes(z), condition[:, z.shape[1] :]], dim=1)
        x: torch.Tensor = self.layers(condition)
        return x


class DiscriminatorBase(nn.Module):
    """Base of the discriminators: layers in a row to features, a last one to logits, and the projection on a class.

    Parameters
    ----------
    layers
        From pictures to features.
    last
        From features to logits.
    classes
        Number of labels; 0: unconditional.
    size
        Number of features that `last` gets.
    """

    def __init__(self, layers: list[nn.Module], last: nn.Module, classes: int, size: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers, last)
        self.projection = Projection(classes, size) if classes else None

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """Judge pictures.

        Parameters
        ----------
        x
            Pictures (N, channels, height, width), -1..1.
        labels
            (N,) or, of packed pictures, (N, m), int64; or weights (N, classes), float, for mixed classes. Ignored by an
            unconditional discriminator.

        Returns
        -------
        torch.Tensor
            Logits (N,), float32.

        Raises
        ------
        ValueError
            A class-conditional discriminator got no labels.
        """
        *layers, last = self.layers
        for layer in layers:
            x = layer(x)
        logits: torch.Tensor = last(x).float().reshape(len(x))
        if self.projection is None:
            return logits
        fit: torch.Tensor = self.projection(x.flatten(1), _required(labels))
        return logits + fit


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Draw the weights of embeddings and projections from `rng`.

    Embeddings and directions of modes are N(0, 1); a class's vector is N(0, 1 / size), so that its inner product starts
    at the scale of the features.
    """
    for part in module.modules():
        if isinstance(part, LabelEmbedding):
            nn.init.normal_(part.codes.weight, generator=rng)
        elif isinstance(part, ModeEmbedding):
            nn.init.normal_(part.choices, generator=rng)
            nn.init.normal_(part.codes, generator=rng)
        elif isinstance(part, Projection):
            size = part.vectors.embedding_dim
            nn.init.normal_(part.vectors.weight, 0.0, 1 / math.sqrt(size), generator=rng)


def _required(labels: torch.Tensor | None) -> torch.Tensor:
    if labels is None:
        raise ValueError("a class-conditional network needs labels")
    return labels
