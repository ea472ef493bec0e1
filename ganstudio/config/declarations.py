"""Every setting of a run, declared once.

A setting is one declaration here and the place in the program that uses its value. Flags, form, tooltips, summaries,
validation and the rules for live edits and branches are made from the declaration; see `ganstudio.settings.Setting`.
"""

from dataclasses import dataclass
from typing import ClassVar

from ganstudio import extensions, sizes
from ganstudio.objectives import OBJECTIVES
from ganstudio.settings import Notation, Part, Section, setting
from ganstudio.sizes import ImageSize

IMAGE_SIZES = sizes.SQUARES  # pixels a side: those offered first; see `ganstudio.sizes` for all

_SHAPES = "It determines the shapes of the networks."
_SAME_ARITHMETIC = "It is the same for the whole run."
_ORDER_OF_DATA = "It determines the order in which pictures and noise are drawn."
_FROM_THE_START = "It takes effect when a run starts or resumes."
_LEARNING_RATE = (
    "How far one update moves the weights. Usual: 0.0001 to 0.001. Too large: the losses jump or leave their range, "
    "and the pictures fall apart. Too small: the network hardly learns. Often the same for both networks."
)


@dataclass(frozen=True)
class NetworkKind:
    """What is known about a pair of networks before torch is imported.

    Parameters
    ----------
    help
        When to choose it, for users.
    has_batch_norm
        Whether its D can have batch norm.
    points
        Whether it makes points of the plane instead of pictures.
    """

    help: str
    has_batch_norm: bool = True
    points: bool = False


BUILT_IN_NETWORKS = {
    "dcgan": NetworkKind("convolutions, sharp pictures (Radford et al., 2016)."),
    "mlp": NetworkKind(
        "fully connected, as in the first GAN paper (Goodfellow et al., 2014): fast, simple, grainier.",
        has_batch_norm=False,
    ),
    "resnet": NetworkKind(
        "residual blocks without normalisation, as in R3GAN (Huang et al., 2024): the best pictures, together with "
        "the penalties R1 and R2.",
        has_batch_norm=False,
    ),
    "points": NetworkKind(
        "fully connected and small, for the data sets of the 2-D lab: they make and judge points of the plane.",
        has_batch_norm=False,
        points=True,
    ),
}


def _network_choices() -> dict[str, str]:
    names = extensions.names(extensions.NETWORKS, tuple(BUILT_IN_NETWORKS))
    return {name: BUILT_IN_NETWORKS[name].help if name in BUILT_IN_NETWORKS else "" for name in names}


def _loss_choices() -> dict[str, str]:
    names = extensions.names(extensions.OBJECTIVES, tuple(OBJECTIVES))
    return {name: OBJECTIVES[name].help if name in OBJECTIVES else "" for name in names}


# ---- when a setting has an effect -----------------------------------------------------------------------------------


def _is_conditional(config: "RunConfig") -> bool:
    return config.network.conditional


def _has_batch_norm(config: "RunConfig") -> bool:
    kind = BUILT_IN_NETWORKS.get(config.network.name)  # None: of another package, which may well have it
    return (kind is None or kind.has_batch_norm) and not config.network.spectral_norm


def _makes_points(config: "RunConfig") -> bool:
    return config.makes_points


def _makes_pictures(config: "RunConfig") -> bool:
    return not config.makes_points


def _loss_has_smoothing(config: "RunConfig") -> bool:
    loss = OBJECTIVES.get(config.objective.loss)
    return loss is None or loss.smoothed


def _has_gradient_penalty(config: "RunConfig") -> bool:
    penalty = config.penalty
    return any((penalty.r1, penalty.r2, penalty.gradient, penalty.dragan))


def _has_augmentation(config: "RunConfig") -> bool:
    kinds = (config.stabilise.colour, config.stabilise.translation, config.stabilise.cutout)
    return any(kinds) and not config.makes_points


def _fills_in(config: "RunConfig") -> bool:
    return (config.stabilise.translation or config.stabilise.cutout) and not config.makes_points


def _changes_probability(config: "RunConfig") -> bool:
    return _has_augmentation(config) and config.stabilise.probability_rule != "fixed"


def _uses_betas(config: "RunConfig") -> bool:
    return config.optimizer.name == "adam"


def _has_instance_noise(config: "RunConfig") -> bool:
    return config.stabilise.noise > 0


def _begins_from(config: "RunConfig") -> bool:
    return bool(config.begin.source)


def _alternates_steps(config: "RunConfig") -> bool:
    return config.schedule.mode == "steps"


def _alternates_epochs(config: "RunConfig") -> bool:
    return config.schedule.mode == "epochs"


def _may_use_cuda(config: "RunConfig") -> bool:
    return config.engine.device.partition(":")[0] in ("auto", "cuda")


def _may_use_winograd(config: "RunConfig") -> bool:
    on_cpu = config.engine.device.partition(":")[0] in ("auto", "cpu")
    return on_cpu and config.engine.precision in ("auto", "float32") and config.network.name == "dcgan"


def _is_measured(config: "RunConfig") -> bool:
    return config.measure.every > 0


def _measures_pictures(config: "RunConfig") -> bool:
    return _is_measured(config) and not config.makes_points


# ---- data and networks ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DataConfig:
    """Which pictures to learn from, and how they are brought to the networks' size."""

    PART: ClassVar = Part(Section.TOP)

    name: str = setting(
        "mnist",
        "data set",
        "Pictures to learn from, by name.",
        why_fixed="A run learns from one data set.",
    )
    size: ImageSize = setting(
        28,
        "picture size",
        "Side of square pictures, or height x width; pictures of other sizes are resized.",
        unit="px",
        notation=Notation(sizes.read_size, sizes.ACCEPTED, "SIDE|HxW", (*IMAGE_SIZES, *sizes.OTHERS)),
        why_fixed=_SHAPES,
        on_branch=False,
        section=Section.NETWORKS,
        costly=True,
    )
    channels: int = setting(
        1,
        "channels",
        "",
        choices={1: "grey.", 3: "colour.", 4: "colour with transparency."},
        why_fixed=_SHAPES,
        on_branch=False,
        section=Section.NETWORKS,
        shown_if=_makes_pictures,
        short="colour",
        off=1,
        costly=True,
    )
    points: int = setting(
        12_000,
        "points",
        "How many points of a set of the 2-D lab are drawn to learn from. With few of them, D can know each by heart.",
        unit="points",
        low=2,
        high=1_000_000,
        why_fixed="A run learns from one data set.",
        shown_if=_makes_points,
        short="{} points",
        off=12_000,
    )
    fresh: bool = setting(
        False,
        "fresh points",
        "New points are drawn for each epoch, so that D never sees one twice. Otherwise they are drawn once.",
        why_fixed="A run learns from one data set.",
        shown_if=_makes_points,
        short="fresh",
        off=False,
    )

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of the pictures, pixels."""
        return sizes.sides(self.size)

    @property
    def height(self) -> int:
        """Height of the pictures, pixels."""
        return self.sides[0]

    @property
    def width(self) -> int:
        """Width of the pictures, pixels."""
        return self.sides[1]


@dataclass(frozen=True)
class NetworkConfig:
    """The generator G and the discriminator D."""

    PART: ClassVar = Part(Section.NETWORKS, on_branch=False, costly=True, term="generator")

    name: str = setting("dcgan", "networks", "", choices=_network_choices(), why_fixed=_SHAPES)
    z_size: int = setting(
        128,
        "latent size",
        "How many random numbers z a picture is made from. Usual: 32 to 128. Fewer: less variety. More: no better "
        "pictures, and more sliders in the explorer. For points: 1 or 2, so that G can be seen to bend a line or a "
        "square.",
        unit="numbers",
        low=1,
        high=1024,
        why_fixed=_SHAPES,
    )
    width: int = setting(
        64,
        "width",
        "Features in the layer at full picture size; deeper layers have multiples of this number. Usual: 32 to 64 "
        "for 28 pixels. Wider: finer pictures, but twice the width takes up to four times as long. Narrower: quick, "
        "but coarse.",
        low=4,
        high=512,
        why_fixed=_SHAPES,
        shown_if=_makes_pictures,
    )
    conditional: bool = setting(
        False,
        "class-conditional",
        "G is told which class to draw, D which class it sees (Mirza and Osindero, 2014; projection: Miyato and "
        "Koyama, 2018). For data with labels; you can then choose the class of each picture.",
        why_fixed=_SHAPES,
        needs_labels=True,
        short="classes",
        off=False,
    )
    classes: int = setting(
        0,
        "classes",
        "Number of classes of a class-conditional GAN. 0: as many as the data set has.",
        low=0,
        high=10_000,
        why_fixed=_SHAPES,
        shown_if=_is_conditional,
        short="",
        benchmarked=False,
        costly=False,
    )
    modes: int = setting(
        0,
        "modes",
        "Number of learned starting points, one of which z itself selects (a mixture in latent space: DeLiGAN, "
        "Gurumurthy et al., 2017), so that kinds of pictures with nothing in common need no pictures in between that "
        "are neither. Usual: 0 (none), or twice the number of kinds where G is not told the class.",
        low=0,
        high=1000,
        why_fixed=_SHAPES,
        short="modes {}",
        off=0,
    )
    batch_norm: bool = setting(
        True,
        "batch norm in D",
        "dcgan's D normalises features over the batch, as in its paper. Turn it off with a gradient penalty, which "
        "treats each picture separately; spectral norm replaces it.",
        why_fixed=_SHAPES,
        shown_if=_has_batch_norm,
        short="",
    )
    spectral_norm: bool = setting(
        False,
        "spectral norm",
        "Divides each weight of D by its largest singular value, so that D cannot change fast (Miyato et al., 2018). "
        "Usual with the hinge loss; with others, R1 works as well.",
        why_fixed=_SHAPES,
        section=Section.PENALTIES,
        short="spectral norm",
        off=False,
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
        why_fixed=_SHAPES,
        section=Section.OBJECTIVE,
        short="packs of {}",
        off=1,
    )
    g_layers: int = setting(
        2,
        "hidden layers of G",
        "With none, G only stretches, turns and moves the noise. More: finer shapes, slower.",
        unit="layers",
        low=0,
        high=8,
        why_fixed=_SHAPES,
        shown_if=_makes_points,
        short="",
    )
    g_width: int = setting(
        32,
        "width of G",
        "Neurons in each hidden layer of G. Usual: 8 to 128.",
        unit="neurons",
        low=1,
        high=512,
        why_fixed=_SHAPES,
        shown_if=_makes_points,
        short="",
    )
    d_layers: int = setting(
        2,
        "hidden layers of D",
        "With none, D can only divide the plane by a straight line. More: finer borders, slower.",
        unit="layers",
        low=0,
        high=8,
        why_fixed=_SHAPES,
        shown_if=_makes_points,
        short="",
    )
    d_width: int = setting(
        32,
        "width of D",
        "Neurons in each hidden layer of D. Usual: 8 to 128.",
        unit="neurons",
        low=1,
        high=512,
        why_fixed=_SHAPES,
        shown_if=_makes_points,
        short="",
    )
    activation: str = setting(
        "leaky-relu",
        "activation",
        "What each hidden neuron makes of the sum of its inputs.",
        choices={
            "leaky-relu": "0.2 times what is negative: no neuron dies.",
            "relu": "0 instead of what is negative, as in GAN Lab.",
        },
        why_fixed=_SHAPES,
        shown_if=_makes_points,
        short="",
    )
    noise: str = setting(
        "normal",
        "noise",
        "What G makes points from.",
        choices={
            "normal": "z from a normal distribution: dense in the middle, without an edge.",
            "uniform": "numbers that are equally likely from -1 to 1: G makes them from a normal z itself.",
        },
        why_fixed=_SHAPES,
        shown_if=_makes_points,
        short="",
    )


@dataclass(frozen=True)
class BeginConfig:
    """The model that the networks begin as, instead of random weights."""

    PART: ClassVar = Part(Section.NETWORKS, on_branch=False, in_cuda_graph=False, benchmarked=False, term="begin-from")

    source: str = setting(
        "",
        "begin from",
        "The networks begin as this model and learn the new pictures from there, also at another size, in other "
        "colours or with other classes: a bundled model, a run (RUN:STEP for an earlier step of it) or a generator "
        "file.",
        why_fixed="The networks have begun.",
        section=Section.TOP,
        short="from {}",
        off="",
    )
    sha256: str = setting(
        "",
        "hash of the model",
        "SHA-256 of the file that the run begins from, filled in at the start: with these settings no other file will "
        "do.",
        why_fixed="The networks have begun.",
        section=Section.TOP,
        short="",
    )
    freeze_d: int = setting(
        0,
        "levels of D frozen",
        "So many levels of D, those nearest the picture, stay as they are in the model that the run begins from (Mo et "
        "al., 2020): what they see is much the same in all pictures, and few pictures cannot spoil it. Usual: 0, or "
        "half of the levels with a few hundred pictures.",
        unit="levels",
        low=0,
        high=8,
        live=True,
        on_branch=True,
        shown_if=_begins_from,
        in_cuda_graph=True,
        short="D frozen {}",
        off=0,
    )
    hold: int = setting(
        0,
        "hold G",
        "G waits until D has seen so many pictures: a D that begins anew would teach a trained G nothing but harm. "
        "Usual: 0, which stands for 3,000 if the model has no D, and for none if it has one.",
        unit="pictures",
        low=0,
        high=10_000_000,
        live=True,
        on_branch=True,
        section=Section.SCHEDULE,
        shown_if=_begins_from,
        short="G held {}",
        off=0,
    )


# ---- the game -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ObjectiveConfig:
    """What D and G minimise."""

    PART: ClassVar = Part(Section.OBJECTIVE, term="loss")

    loss: str = setting("non-saturating", "loss", "", choices=_loss_choices(), live=True, costly=True)
    label_smoothing: float = setting(
        0.0,
        "label smoothing",
        "D is taught to call real pictures real with a probability of only 1 minus this, so that it is never too sure "
        "(Salimans et al., 2016). Usual: 0, or 0.1 where D wins too easily. More than 0.3 leaves G little to learn "
        "from. Fakes keep their label.",
        low=0.0,
        high=0.5,
        live=True,
        shown_if=_loss_has_smoothing,
        short="smoothing {}",
        off=0.0,
    )


@dataclass(frozen=True)
class PenaltyConfig:
    """Penalties on D's gradient; any combination, 0 leaves one out."""

    PART: ClassVar = Part(Section.PENALTIES, costly=True, term="r1")

    r1: float = setting(
        0.0,
        "R1",
        "Weight γ of the penalty ½ γ · |∇D|² at real pictures (Mescheder et al., 2018): it keeps D from being steep "
        "there, which makes training converge. Usual: 0.1 to 10, more for larger pictures. Too small: the losses "
        "swing, or D wins. Too large: D sees too little, and the pictures stay soft. 0: off.",
        low=0.0,
        high=10_000.0,
        live=True,
        short="R1 {}",
        off=0.0,
    )
    r2: float = setting(
        0.0,
        "R2",
        "Weight γ of the same penalty, ½ γ · |∇D|², at fakes (Mescheder et al., 2018). Usual: the same as R1 with "
        "the relativistic loss, otherwise 0 (off).",
        low=0.0,
        high=10_000.0,
        live=True,
        short="R2 {}",
        off=0.0,
    )
    gradient: float = setting(
        0.0,
        "gradient penalty",
        "Weight λ of the penalty λ · (|∇D| − 1)² between real pictures and fakes (WGAN-GP, Gulrajani et al., 2017). "
        "Usual: 10 with the Wasserstein loss, otherwise 0 (off). Too small: D's loss grows without end. Too large: D "
        "learns slowly.",
        low=0.0,
        high=10_000.0,
        live=True,
        short="gradient {}",
        off=0.0,
    )
    dragan: float = setting(
        0.0,
        "DRAGAN",
        "Weight λ of the penalty λ · (|∇D| − 1)² near real pictures (Kodali et al., 2017). Usual: 0 (off), or 10 "
        "with any loss.",
        low=0.0,
        high=10_000.0,
        live=True,
        short="DRAGAN {}",
        off=0.0,
    )
    every: int = setting(
        1,
        "penalty every",
        "The penalties are computed only once in this many updates of D, and then count this many times (lazy "
        "regularisation, Karras et al., 2020). Usual: 4 to 16, which costs little and works almost as well as 1. Too "
        "large: the losses jump at each penalty.",
        unit="updates",
        low=1,
        high=64,
        live=True,
        shown_if=_has_gradient_penalty,
        short="every {}",
        off=1,
    )
    clip: float = setting(
        0.0,
        "weight clipping",
        "D's weights are kept between −c and c (WGAN, Arjovsky et al., 2017). Usual: 0 (off), or 0.01 with the "
        "Wasserstein loss. The gradient penalty has replaced it.",
        low=0.0,
        high=10.0,
        live=True,
        short="clip {}",
        off=0.0,
    )


@dataclass(frozen=True)
class StabiliseConfig:
    """Aids that keep D from winning; all are off by default."""

    PART: ClassVar = Part(Section.STABILISERS, costly=True, term="augmentation")

    colour: bool = setting(
        False,
        "augment colour",
        "D sees real and fake pictures with random brightness, saturation and contrast (DiffAugment, Zhao et al., "
        "2020): useful with few pictures, as D then cannot memorise them.",
        live=True,
        shown_if=_makes_pictures,
        short="colour",
        off=False,
    )
    translation: bool = setting(
        False,
        "augment translation",
        "D sees real and fake pictures moved by up to an eighth of their side (DiffAugment).",
        live=True,
        shown_if=_makes_pictures,
        short="translation",
        off=False,
    )
    cutout: bool = setting(
        False,
        "augment cutout",
        "D sees real and fake pictures with a random square of half their side blanked (DiffAugment).",
        live=True,
        shown_if=_makes_pictures,
        short="cutout",
        off=False,
    )
    fill: str = setting(
        "grey",
        "augment fill",
        "What comes in at the edges of moved pictures, and what blanked squares are filled with. Where pictures have "
        "transparency, what comes in is transparent, and blanked squares are as opaque as before.",
        choices={
            "grey": "middle grey (DiffAugment).",
            "edge": "the edge of the picture itself, which goes on; squares take the mean colour of the border.",
        },
        live=True,
        shown_if=_fills_in,
        short="",
    )
    probability: float = setting(
        1.0,
        "augment probability",
        "Probability of each kind of augmentation, drawn for each picture. Usual: 1; with one of the rules, 0.3 for "
        "thousands of pictures and 0.6 for hundreds. Above 0.8, G may learn the changes as if they were in the data.",
        low=0.0,
        high=1.0,
        live=True,
        shown_if=_has_augmentation,
        short="with p {}",
        off=1.0,
    )
    probability_rule: str = setting(
        "fixed",
        "probability rule",
        "How the probability changes over the run; it is drawn among the curves.",
        choices={
            "fixed": "it stays as set.",
            "rising": "from 0 to what is set, along half a cosine (R3GAN).",
            "adaptive": "it rises while D knows the training pictures by heart and falls while it does not (ADA, "
            "Karras et al., 2020), up to what is set, and at most 0.8. Losses that only compare scores need pictures "
            "that D never learns from: a run that begins with such a loss keeps back 5 % of the data, at least 16 "
            "pictures, and follows the rising rule where that is not possible.",
        },
        live=True,
        shown_if=_has_augmentation,
        short="{}",
        off="fixed",
    )
    probability_images: int = setting(
        500_000,
        "probability speed",
        "Rising: real pictures until the probability is as set. Adaptive: real pictures that it needs from 0 to 1. "
        "Usual: 500,000; 100,000 for short runs and small pictures.",
        unit="pictures",
        low=1000,
        high=1_000_000_000,
        live=True,
        shown_if=_changes_probability,
        short="",
        in_cuda_graph=False,
        costly=False,
    )
    mirror: bool = setting(
        False,
        "mirror pictures",
        "Half of the real pictures, at random, are mirrored left to right each time, as if there were twice as many. "
        "For photographs and drawings; not for letters, digits, flags, or anything with a left and a right.",
        live=True,
        shown_if=_makes_pictures,
        short="mirrored",
        off=False,
    )
    noise: float = setting(
        0.0,
        "instance noise",
        "Standard deviation of noise that is added to all that D sees, so that real and fake overlap (Sønderby et al., "
        "2017). Usual: 0, or 0.1 where D wins at once. Too large: D cannot see details, and G does not learn them.",
        low=0.0,
        high=2.0,
        live=True,
        short="noise {}",
        off=0.0,
    )
    noise_images: int = setting(
        500_000,
        "noise gone after",
        "Real pictures after which the instance noise has faded to nothing, linearly.",
        unit="pictures",
        low=1,
        high=1_000_000_000,
        live=True,
        shown_if=_has_instance_noise,
        short="",
        in_cuda_graph=False,
        costly=False,
    )
    inward_gradient: bool = setting(
        False,
        "inward gradient",
        "Where G's pictures are as dark, bright or transparent as they can be, it hardly learns: it may stay there for "
        "thousands of pictures. With this, a gradient that leads back keeps a tenth of its strength. For pictures that "
        "are mostly black, white or empty.",
        shown_if=_makes_pictures,
        short="inward gradient",
        off=False,
        why_fixed="G is built with it.",
    )
    clip_gradient: float = setting(
        0.0,
        "gradient clipping",
        "Largest length of a gradient, over all weights of a network; longer ones are shortened to it. Usual: 0 "
        "(never), or 1 to 10 where losses spike. Too small: everything learns slowly.",
        low=0.0,
        high=10_000.0,
        live=True,
        section=Section.OBJECTIVE,
        short="gradient to {}",
        off=0.0,
    )


@dataclass(frozen=True)
class ScheduleConfig:
    """How D and G take turns."""

    PART: ClassVar = Part(Section.SCHEDULE, costly=True, term="step")

    mode: str = setting(
        "steps",
        "turns",
        "",
        choices={
            "steps": "a few updates of D, then a few of G, in turn.",
            "epochs": "D learns for whole epochs while G stays fixed, then G while D stays fixed.",
        },
        why_fixed="A run takes turns in the same way from start to end.",
    )
    d_steps: int = setting(
        1,
        "D steps",
        "Updates of D per round. Usual: 1; 5 with the Wasserstein loss. More updates let D win, and cost time.",
        low=1,
        high=100,
        live=True,
        shown_if=_alternates_steps,
    )
    g_steps: int = setting(
        1,
        "G steps",
        "Updates of G per round. Usual: 1; more where D wins. With too many, G learns to fool a D that lags behind.",
        low=1,
        high=100,
        live=True,
        shown_if=_alternates_steps,
    )
    d_epochs: int = setting(
        1,
        "D epochs",
        "Epochs for which D learns in each of its turns.",
        low=1,
        high=100,
        live=True,
        shown_if=_alternates_epochs,
    )
    g_epochs: int = setting(
        1,
        "G epochs",
        "Epochs' worth of updates for which G learns in each of its turns.",
        low=1,
        high=100,
        live=True,
        shown_if=_alternates_epochs,
    )
    reuse_fakes: bool = setting(
        False,
        "reuse fakes",
        "G learns from the same fakes that D has just been trained on. Saves one pass through G per round; the first "
        "paper draws fresh noise instead.",
        live=True,
        shown_if=_alternates_steps,
        short="reuse fakes",
        off=False,
    )


@dataclass(frozen=True)
class OptimizerConfig:
    """The optimiser of both networks; different rates are the two time-scale rule (Heusel et al., 2017)."""

    PART: ClassVar = Part(Section.OPTIMISER, term="learning-rate")

    d_lr: float = setting(
        2e-4, "learning rate of D", _LEARNING_RATE, low=1e-7, high=1.0, live=True, in_cuda_graph=False
    )
    g_lr: float = setting(
        2e-4, "learning rate of G", _LEARNING_RATE, low=1e-7, high=1.0, live=True, in_cuda_graph=False
    )
    decay: str = setting(
        "constant",
        "rate schedule",
        "How both learning rates change over the run; falling rates end with calmer, cleaner pictures.",
        choices={
            "constant": "they stay as set.",
            "linear": "falling in a straight line to 0 at the end of the run.",
            "cosine": "falling to 0 along half a cosine.",
        },
        live=True,
        off="constant",
        in_cuda_graph=False,
    )
    beta1: float = setting(
        0.5,
        "beta 1",
        "How long Adam averages gradients. Usual for GANs: 0 or 0.5; elsewhere 0.9, which makes a GAN swing.",
        low=0.0,
        high=0.999,
        live=True,
        shown_if=_uses_betas,
    )
    beta2: float = setting(
        0.999,
        "beta 2",
        "How long Adam averages the squares of gradients. Usual: 0.99 or 0.999; 0.9 with the Wasserstein loss. "
        "Smaller: the steps become erratic.",
        low=0.0,
        high=0.99999,
        live=True,
        shown_if=_uses_betas,
    )
    batch_size: int = setting(
        128,
        "batch size",
        "Real pictures, and as many fakes, in one update, over all processes together. Usual: 64 to 256. Larger is "
        "steadier and slower, and needs memory; smaller is noisier.",
        unit="pictures",
        low=2,
        high=8192,
        why_fixed=_ORDER_OF_DATA,
        costly=True,
    )
    accumulate: int = setting(
        1,
        "accumulation",
        "Batches whose gradients are averaged into one update: the effect of a batch this many times as large, in "
        "the memory of one. Usual: 1. More means fewer updates in the same time.",
        unit="batches",
        low=1,
        high=256,
        live=True,
        short="{} batches each",
        off=1,
        costly=True,
    )
    name: str = setting(
        "adam",
        "optimiser",
        "How both networks take their steps.",
        choices={
            "adam": "each weight has its own pace, from its gradients so far (Kingma and Ba, 2015); usual for GANs.",
            "sgd": "plain gradient descent: each step is the learning rate times the gradient. It needs rates of 0.01 "
            "to 0.3, and is for small networks on points.",
        },
        why_fixed="What it has learned of the gradients is part of the run.",
        on_branch=False,
        short="{}",
        off="adam",
        costly=True,
    )


@dataclass(frozen=True)
class EmaConfig:
    """G_ema, the running average of G's weights that pictures are made with."""

    PART: ClassVar = Part(Section.STABILISERS, in_cuda_graph=False, term="ema")

    half_life: int = setting(
        10_000,
        "half-life of G_ema",
        "Number of real pictures after which an old weight of G counts half in the average. Usual: 5,000 to 50,000. "
        "Longer: smoother pictures, which lag behind G. Shorter: they flicker as G does.",
        unit="pictures",
        low=1,
        high=10_000_000,
        live=True,
        short="",
    )
    warm_up: float = setting(
        0.05,
        "warm-up of G_ema",
        "The half-life is at most this fraction of the pictures seen so far, so that early pictures are not just noise "
        "(StyleGAN2's ramp-up). 0: the full half-life from the start.",
        low=0.0,
        high=1.0,
        live=True,
        short="",
    )
    show_raw: bool = setting(
        False,
        "show raw G",
        "Make pictures with G itself, not with its average: they flicker more, and follow each edit at once.",
        live=True,
        section=Section.PICTURES,
        short="raw G",
        off=False,
    )


# ---- device, output, measurements -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class EngineConfig:
    """How a step is computed."""

    PART: ClassVar = Part(Section.ENGINE, on_resume=True, benchmarked=False)

    device: str = setting(
        "auto",
        "device",
        "auto, cpu, cuda, cuda:1, mps or xpu; auto uses an accelerator if there is one.",
        why_fixed="A run stays on the device it started on; resume it to move it.",
    )
    precision: str = setting(
        "auto",
        "precision",
        "auto measures briefly at the start and takes the fastest that this device supports natively.",
        choices=dict.fromkeys(("auto", "float32", "bfloat16", "float16"), ""),
        why_fixed=_SAME_ARITHMETIC,
    )
    threads: int = setting(
        0,
        "threads",
        "Processor threads for training. 0: as many as there are cores that other programs leave free, also while the "
        "run goes on. A run repeats exactly only with a number of its own.",
        low=0,
        high=1024,
        why_fixed=_SAME_ARITHMETIC,
        short="threads {}",
        off=0,
    )
    convolution: str = setting(
        "auto",
        "convolutions",
        "How convolutions of stride 2 are computed in float32 on the processor: direct, or by Winograd's algorithm, "
        "with fewer products but more memory traffic. auto measures briefly at the start.",
        choices=dict.fromkeys(("auto", "direct", "winograd"), ""),
        why_fixed=_SAME_ARITHMETIC,
        shown_if=_may_use_winograd,
        short="",
    )
    processes: int = setting(
        1,
        "processes",
        "Processes that train together on this computer, each on its part of a batch; one per GPU.",
        low=1,
        high=64,
        why_fixed="All processes of a run start together.",
        short="processes {}",
        off=1,
        costly=True,
    )
    graphs: bool = setting(
        True,
        "CUDA graphs",
        "Record an update once and replay it without Python: as a CUDA graph, or on the CPU as a list of operations, "
        "for small networks. Switched off where that is impossible; the result is the same.",
        why_fixed=_FROM_THE_START,
        shown_if=_may_use_cuda,
        short="",
    )
    data_limit: float = setting(
        4.0,
        "data on device",
        "The pictures are kept on the training device if they need no more than this; otherwise they are "
        "read one batch ahead.",
        unit="GB",
        low=0.0,
        high=1000.0,
        why_fixed=_FROM_THE_START,
        short="",
    )


@dataclass(frozen=True)
class OutputConfig:
    """What is shown and kept, and how often."""

    PART: ClassVar = Part(Section.PICTURES, in_cuda_graph=False, benchmarked=False)

    tick_seconds: float = setting(
        0.25,
        "tick",
        "Time between two points of the curves.",
        unit="s",
        low=0.1,
        high=60.0,
        live=True,
    )
    sample_seconds: float = setting(
        2.0,
        "new grid every",
        "Time between two sample grids, each with a snapshot of the generator.",
        unit="s",
        low=0.1,
        high=3600.0,
        live=True,
    )
    checkpoint_seconds: float = setting(
        60.0,
        "save every",
        "Longest time between two checkpoints, and so the most that a crash can cost. A run saves as often as 1 % of "
        "its time allows, at most every 5 s, and before each change of a setting.",
        unit="s",
        low=1.0,
        high=86_400.0,
        live=True,
        section=Section.SAVING,
    )
    report_epochs: int = setting(
        10,
        "report every",
        "Epochs between two reports: D's accuracy, and a picture that is kept for the results sheet, results.png.",
        unit="epochs",
        low=1,
        high=10_000,
        live=True,
    )
    grid: int = setting(
        8,
        "grid",
        "Pictures along a side of the sample grid.",
        low=1,
        high=16,
        why_fixed="Every grid of a run is made from the same noise.",
        on_branch=False,
        shown_if=_makes_pictures,
    )
    keep_snapshots: int = setting(
        200,
        "snapshots kept",
        "Snapshots on the time slider; of older ones, fewer are kept.",
        low=10,
        high=10_000,
        live=True,
        section=Section.SAVING,
    )
    keep_checkpoints: int = setting(
        12,
        "rewind points",
        "Older checkpoints to go back to, fewer the older they are. The first, the newest three, the best and those "
        "you pinned are kept as well.",
        low=0,
        high=1000,
        live=True,
        section=Section.SAVING,
    )
    disk_limit: float = setting(
        1000.0,
        "disk limit",
        "Older snapshots and checkpoints of a run are deleted to stay under this limit; the first checkpoint, the "
        "newest three, the best and those you pinned are always kept. The history of losses is kept whole and does not "
        "count; it grows by up to 100 MB a day.",
        unit="MB",
        low=10.0,
        high=10_000_000.0,
        live=True,
        section=Section.SAVING,
    )


@dataclass(frozen=True)
class MeasureConfig:
    """How often the pictures are measured while a run trains, and how many of them."""

    PART: ClassVar = Part(Section.PICTURES, in_cuda_graph=False)

    every: int = setting(
        1,
        "measure every",
        "Epochs between two measurements of the pictures: distance to real ones, precision, recall. 0: never.",
        unit="epochs",
        low=0,
        high=10_000,
        live=True,
    )
    count: int = setting(
        2000,
        "measured pictures",
        "Pictures made for each measurement; more give steadier figures and take longer. Figures from different "
        "numbers of pictures cannot be compared.",
        low=100,
        high=50_000,
        live=True,
        shown_if=_measures_pictures,
    )
    share: float = setting(
        0.04,
        "measuring time",
        "Largest fraction of the training time that measuring may take; the next measurement waits accordingly.",
        low=0.001,
        high=1.0,
        live=True,
        shown_if=_is_measured,
    )


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a run. `preset` only says where the values came from."""

    PART: ClassVar = Part(Section.SCHEDULE)

    preset: str = ""
    data: DataConfig = DataConfig()
    network: NetworkConfig = NetworkConfig()
    begin: BeginConfig = BeginConfig()
    objective: ObjectiveConfig = ObjectiveConfig()
    penalty: PenaltyConfig = PenaltyConfig()
    stabilise: StabiliseConfig = StabiliseConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    ema: EmaConfig = EmaConfig()
    engine: EngineConfig = EngineConfig()
    output: OutputConfig = OutputConfig()
    measure: MeasureConfig = MeasureConfig()
    epochs: int = setting(
        100,
        "epochs",
        "Stop after this many passes over the data. 0: no limit in epochs; with steps and time also at 0, the run "
        "trains until it is stopped, and falling learning rates stay constant.",
        unit="epochs",
        low=0,
        high=1_000_000,
        live=True,
        section=Section.TOP,
        short="epochs {}",
        in_cuda_graph=False,
        benchmarked=False,
    )
    steps: int = setting(
        0,
        "steps",
        "Stop after this many rounds. 0: use the epochs or the time.",
        low=0,
        high=1_000_000_000,
        live=True,
        section=Section.TOP,
        short="steps {}",
        off=0,
        in_cuda_graph=False,
        benchmarked=False,
    )
    seconds: float = setting(
        0.0,
        "time",
        "Stop after this much training time; pauses do not count. 0: use the epochs or the steps. Falling learning "
        "rates then follow the time, so such a run cannot be repeated to the bit.",
        unit="s",
        low=0.0,
        high=10_000_000.0,
        live=True,
        section=Section.TOP,
        off=0.0,
        in_cuda_graph=False,
        benchmarked=False,
    )
    seed: int = setting(
        0,
        "seed",
        "Starting value of all random numbers: the same seed gives the same run.",
        low=0,
        high=2**31 - 1,
        why_fixed="The seed is used when a run starts.",
        short="seed {}",
        benchmarked=False,
    )

    @property
    def makes_points(self) -> bool:
        """Whether G makes points of the plane, and no pictures."""
        kind = BUILT_IN_NETWORKS.get(self.network.name)
        return kind is not None and kind.points
