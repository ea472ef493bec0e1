"""Settings of the game: what D and G are asked to do, how it is kept stable, whose turn it is, how they learn."""

from dataclasses import dataclass

from ganstudio import extensions
from ganstudio.objectives import OBJECTIVES
from ganstudio.settings import setting

_RATE = (
    "How far one update moves the weights. Usual: 0.0001 to 0.001. Too large: the losses jump or leave their range, "
    "and the pictures fall apart. Too small: the network hardly learns. Often the same for both networks."
)
_STREAM = "It determines the order in which pictures and noise are drawn."


@dataclass(frozen=True)
class ObjectiveConfig:
    """What D and G are asked to do."""

    loss: str = setting(
        "non-saturating",
        "loss",
        " ".join(f"{name}: {each.help}" for name, each in OBJECTIVES.items()),
        choices=extensions.names(extensions.OBJECTIVES, tuple(OBJECTIVES)),
        live=True,
    )
    label_smoothing: float = setting(
        0.0,
        "label smoothing",
        "D is asked to call real pictures real with a probability of only 1 minus this, so that it is never too sure "
        "(Salimans et al., 2016). Usual: 0, or 0.1 where D wins too easily. More than 0.3 leaves G little to learn "
        "from. Fakes keep their label.",
        low=0.0,
        high=0.5,
        live=True,
    )


@dataclass(frozen=True)
class PenaltyConfig:
    """What D pays for being steep; any combination, 0 leaves one out."""

    r1: float = setting(
        0.0,
        "R1",
        "Weight γ of the penalty ½ γ · |∇D|² at real pictures (Mescheder et al., 2018): it keeps D from being steep "
        "there, which makes training converge. Usual: 0.1 to 10, more for larger pictures. Too small: the losses "
        "swing, or D wins. Too large: D sees too little, and the pictures stay soft. 0: off.",
        low=0.0,
        high=10_000.0,
        live=True,
    )
    r2: float = setting(
        0.0,
        "R2",
        "Weight γ of the same penalty, ½ γ · |∇D|², at fakes (Mescheder et al., 2018). Usual: the same as R1 with "
        "the relativistic loss, otherwise 0 (off).",
        low=0.0,
        high=10_000.0,
        live=True,
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
    )
    dragan: float = setting(
        0.0,
        "DRAGAN",
        "Weight λ of the penalty λ · (|∇D| − 1)² near real pictures (Kodali et al., 2017). Usual: 0 (off), or 10 "
        "with any loss.",
        low=0.0,
        high=10_000.0,
        live=True,
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
    )
    clip: float = setting(
        0.0,
        "weight clipping",
        "D's weights are kept between −c and c (WGAN, Arjovsky et al., 2017). Usual: 0 (off), or 0.01 with the "
        "Wasserstein loss. The gradient penalty has replaced it.",
        low=0.0,
        high=10.0,
        live=True,
    )


@dataclass(frozen=True)
class StabiliseConfig:
    """Aids that keep D from winning; all are off by default."""

    colour: bool = setting(
        False,
        "augment colour",
        "D sees real and fake pictures with random brightness, saturation and contrast (DiffAugment, Zhao et al., "
        "2020): useful with few pictures, as D then cannot learn them by heart.",
        live=True,
    )
    translation: bool = setting(
        False,
        "augment translation",
        "D sees real and fake pictures moved by up to an eighth of their side (DiffAugment).",
        live=True,
    )
    cutout: bool = setting(
        False,
        "augment cutout",
        "D sees real and fake pictures with a random square of half their side blanked (DiffAugment).",
        live=True,
    )
    noise: float = setting(
        0.0,
        "instance noise",
        "Standard deviation of noise that is added to all that D sees, so that real and fake overlap (Sønderby et al., "
        "2017). Usual: 0, or 0.1 where D wins at once. Too large: D cannot see details, and G does not learn them.",
        low=0.0,
        high=2.0,
        live=True,
    )
    noise_images: int = setting(
        500_000,
        "noise gone after",
        "Real pictures after which the instance noise has faded to nothing, linearly.",
        unit="pictures",
        low=1,
        high=1_000_000_000,
        live=True,
    )
    clip_gradient: float = setting(
        0.0,
        "gradient clipping",
        "Largest length of a gradient, over all weights of a network; longer ones are shortened to it. Usual: 0 "
        "(never), or 1 to 10 where losses spike. Too small: everything learns slowly.",
        low=0.0,
        high=10_000.0,
        live=True,
    )


@dataclass(frozen=True)
class ScheduleConfig:
    """Whose turn it is."""

    mode: str = setting(
        "steps",
        "turns",
        "steps: a few updates of D, then a few of G, in turn. epochs: D learns for whole epochs while G stays fixed, "
        "then G while D stays fixed.",
        choices=("steps", "epochs"),
        why_fixed="A run takes turns in the same way from start to end.",
    )
    d_steps: int = setting(
        1,
        "D steps",
        "Updates of D per round. Usual: 1; 5 with the Wasserstein loss. More updates let D win, and cost time.",
        low=1,
        high=100,
        live=True,
    )
    g_steps: int = setting(
        1,
        "G steps",
        "Updates of G per round. Usual: 1; more where D wins. With too many, G learns to fool a D that lags behind.",
        low=1,
        high=100,
        live=True,
    )
    d_epochs: int = setting(
        1, "D epochs", ("Epochs for which D learns in each of its turns."), low=1, high=100, live=True
    )
    g_epochs: int = setting(
        1, "G epochs", "Epochs' worth of updates for which G learns in each of its turns.", low=1, high=100, live=True
    )
    reuse_fakes: bool = setting(
        False,
        "reuse fakes",
        "G learns from the same fakes that D has just been trained on. Saves one pass through G per round; the first "
        "paper draws fresh noise instead.",
        live=True,
    )


@dataclass(frozen=True)
class OptimizerConfig:
    """Adam, for both networks; different rates are the two time-scale rule (Heusel et al., 2017)."""

    d_lr: float = setting(2e-4, "learning rate of D", _RATE, low=1e-7, high=1.0, live=True)
    g_lr: float = setting(2e-4, "learning rate of G", _RATE, low=1e-7, high=1.0, live=True)
    decay: str = setting(
        "constant",
        "rate schedule",
        "How both learning rates change over the run; falling rates end with calmer, cleaner pictures. constant: "
        "they stay as set. linear: falling in a straight line to 0 at the end of the run. cosine: falling to 0 along "
        "half a cosine.",
        choices=("constant", "linear", "cosine"),
        live=True,
    )
    beta1: float = setting(
        0.5,
        "beta 1",
        "Adam's memory of earlier gradients. Usual for GANs: 0 or 0.5; elsewhere 0.9, which makes a GAN swing.",
        low=0.0,
        high=0.999,
        live=True,
    )
    beta2: float = setting(
        0.999,
        "beta 2",
        "Adam's memory of the size of gradients. Usual: 0.99 or 0.999; 0.9 with the Wasserstein loss. Smaller: the "
        "steps become erratic.",
        low=0.0,
        high=0.99999,
        live=True,
    )
    batch_size: int = setting(
        128,
        "batch size",
        "Real pictures, and as many fakes, in one update, over all processes together. Usual: 64 to 256. Larger is "
        "steadier and slower, and needs memory; smaller is noisier.",
        unit="pictures",
        low=2,
        high=8192,
        why_fixed=_STREAM,
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
    )


@dataclass(frozen=True)
class EmaConfig:
    """G_ema, the running average of G's weights that pictures are made with."""

    half_life: int = setting(
        10_000,
        "half-life of G_ema",
        "Number of real pictures after which an old weight of G counts half in the average. Usual: 5,000 to 50,000. "
        "Longer: smoother pictures, which lag behind G. Shorter: they flicker as G does.",
        unit="pictures",
        low=1,
        high=10_000_000,
        live=True,
    )
    warm_up: float = setting(
        0.05,
        "warm-up of G_ema",
        "The half-life is at most this share of the pictures seen so far, so that early pictures are not just noise "
        "(StyleGAN2's ramp-up). 0: the full half-life from the start.",
        low=0.0,
        high=1.0,
        live=True,
    )
    show_raw: bool = setting(
        False,
        "show raw G",
        "Make pictures with G itself, not with its average: they flicker more, and follow each edit at once.",
        live=True,
    )
