"""Settings of what is learned, and by which networks."""

from dataclasses import dataclass

from ganstudio import extensions
from ganstudio.settings import setting

IMAGE_SIZES = (28, 32, 64, 128)  # pixels: a base of 4 or 7, doubled
BUILT_IN_NETWORKS = ("dcgan", "mlp", "resnet")

SHAPES = "It determines the shapes of the networks."


@dataclass(frozen=True)
class DataConfig:
    """Which pictures, and how they are brought to the networks' size."""

    name: str = setting(
        "mnist", "data set", "Pictures to learn from, by name.", why_fixed="A run learns from one data set."
    )
    size: int = setting(
        28,
        "picture size",
        "Side of the square pictures; pictures of other sizes are resized.",
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
        "How many random numbers z a picture is made from. Usual: 32 to 128. Fewer: less variety. More: no better "
        "pictures, and more sliders in the explorer.",
        unit="numbers",
        low=2,
        high=1024,
        why_fixed=SHAPES,
    )
    width: int = setting(
        64,
        "width",
        "Features in the layer at full picture size; deeper layers have multiples of this number. Usual: 32 to 64 "
        "for 28 pixels. Wider: finer pictures, but twice the width takes up to four times as long. Narrower: quick, "
        "but coarse.",
        low=4,
        high=512,
        why_fixed=SHAPES,
    )
    conditional: bool = setting(
        False,
        "class-conditional",
        "G is told which class to draw, D which class it sees (Mirza and Osindero, 2014; projection: Miyato and "
        "Koyama, 2018). For data with labels; you can then choose the class of each picture.",
        why_fixed=SHAPES,
    )
    classes: int = setting(
        0,
        "classes",
        "Number of classes of a class-conditional GAN. 0: as many as the data set has.",
        low=0,
        high=10_000,
        why_fixed=SHAPES,
    )
    modes: int = setting(
        0,
        "modes",
        "Number of learned starting points, one of which z itself selects (a mixture in latent space: DeLiGAN, "
        "Gurumurthy et al., 2017), so that kinds of pictures with nothing in common need no pictures in between that "
        "are neither. Usual: 0 (none), or twice the number of kinds where G is not told the class.",
        low=0,
        high=1000,
        why_fixed=SHAPES,
    )
    batch_norm: bool = setting(
        True,
        "batch norm in D",
        "dcgan's D normalises features over the batch, as in its paper. Off with a gradient penalty, which treats "
        "each picture separately; spectral norm takes its place.",
        why_fixed=SHAPES,
    )
    spectral_norm: bool = setting(
        False,
        "spectral norm",
        "Divides each weight of D by its largest singular value, so that D cannot change fast (Miyato et al., 2018). "
        "Usual with the hinge loss; with others, R1 works as well.",
        why_fixed=SHAPES,
    )
    packing: int = setting(
        1,
        "packing",
        "D judges this many pictures at once, all real or all fake, and so notices when G repeats itself (PacGAN, "
        "Lin et al., 2018). Usual: 1, or 2 where G makes few kinds of pictures. The batch size must be a multiple of "
        "it.",
        unit="pictures",
        low=1,
        high=8,
        why_fixed=SHAPES,
    )
