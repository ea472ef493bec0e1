"""Settings of what is learned, and by which networks."""

from dataclasses import dataclass

from ganstudio import extensions
from ganstudio.settings import setting

IMAGE_SIZES = (28, 32, 64, 128)  # pixels: a base of 4 or 7, doubled
BUILT_IN_NETWORKS = ("dcgan", "mlp", "resnet")

SHAPES = "It fixes the shapes of the networks."


@dataclass(frozen=True)
class DataConfig:
    """Which pictures, and how they are brought to the networks' size."""

    name: str = setting(
        "mnist", "data set", "Pictures to learn from, by name.", why_fixed="A run learns from one data set."
    )
    size: int = setting(
        28,
        "picture size",
        "Side of the square pictures; others are resized.",
        unit="px",
        choices=IMAGE_SIZES,
        why_fixed=SHAPES,
    )
    channels: int = setting(1, "channels", "1: grey. 3: colour.", choices=(1, 3), why_fixed=SHAPES)


@dataclass(frozen=True)
class NetworkConfig:
    """The generator G and the discriminator D."""

    name: str = setting(
        "dcgan",
        "networks",
        "dcgan: convolutions, sharp pictures (Radford et al., 2016). mlp: fully connected, as in the first GAN paper "
        "(Goodfellow et al., 2014): fast, simple, grainier. resnet: residual blocks without normalisation, as in R3GAN "
        "(Huang et al., 2024): the best pictures, together with the penalties R1 and R2.",
        choices=extensions.names(extensions.NETWORKS, BUILT_IN_NETWORKS),
        why_fixed=SHAPES,
    )
    z_size: int = setting(
        128,
        "latent size",
        "How many random numbers z G makes a picture from. Usual: 32 to 128. Fewer: less variety. More: no better "
        "pictures, and more sliders in the explorer.",
        unit="numbers",
        low=2,
        high=1024,
        why_fixed=SHAPES,
    )
    width: int = setting(
        64,
        "width",
        "Features in the layer of the full picture size; the deeper layers have multiples of it. Usual: 32 to 64 for "
        "28 pixels. Wider: finer pictures, and twice as wide takes up to four times as long. Narrower: quick, but "
        "coarse.",
        low=4,
        high=512,
        why_fixed=SHAPES,
    )
    conditional: bool = setting(
        False,
        "class-conditional",
        "G is told which class to draw, D which class it sees (Mirza and Osindero, 2014; projection: Miyato and "
        "Koyama, 2018). For data with labels; then each class can be asked for.",
        why_fixed=SHAPES,
    )
    classes: int = setting(
        0,
        "classes",
        "How many classes a class-conditional pair knows; 0: as many as the data set has.",
        low=0,
        high=10_000,
        why_fixed=SHAPES,
    )
    modes: int = setting(
        0,
        "modes",
        "By z itself, G chooses one of so many learned codes to begin with (a mixture in latent space: DeLiGAN, "
        "Gurumurthy et al., 2017), so that between kinds of pictures that have nothing in common there need be no "
        "pictures that are neither. Usual: 0: none, or twice as many as there are kinds where G is not told classes.",
        low=0,
        high=1000,
        why_fixed=SHAPES,
    )
    batch_norm: bool = setting(
        True,
        "batch norm in D",
        "dcgan's D normalises features over the batch, as in its paper. Off with a gradient penalty, which looks at "
        "each picture by itself; spectral norm takes its place.",
        why_fixed=SHAPES,
    )
    spectral_norm: bool = setting(
        False,
        "spectral norm",
        "Divides each weight of D by its largest singular value, so that D cannot change fast (Miyato et al., 2018). "
        "Usual with the hinge loss; R1 does as well with others.",
        why_fixed=SHAPES,
    )
    packing: int = setting(
        1,
        "packing",
        "D judges so many pictures at once, all real or all fake, and so sees when G repeats itself (PacGAN, Lin et "
        "al., 2018). Usual: 1, or 2 where G makes few kinds of pictures. The batch size must be a multiple of it.",
        unit="pictures",
        low=1,
        high=8,
        why_fixed=SHAPES,
    )
