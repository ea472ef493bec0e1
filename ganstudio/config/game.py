"""Settings of the game: what D and G are asked to do, how it is kept stable, whose turn it is, how they learn."""

from dataclasses import dataclass

from ganstudio import extensions
from ganstudio.objectives import OBJECTIVES
from ganstudio.settings import setting

_STREAM = "It fixes the order in which pictures and noise are drawn."


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
        "D is asked to call real pictures real with probability 1 minus this only, so that it is never too sure "
        "(Salimans et al., 2016). 0.1 where D wins too easily. One-sided: fakes keep their label.",
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
        "gamma of gamma/2 |grad D|^2 at real pictures (Mescheder et al., 2018): makes training converge. 0.1 to 10, "
        "more for larger pictures.",
        low=0.0,
        high=10_000.0,
        live=True,
    )
    r2: float = setting(
        0.0,
        "R2",
        "gamma of gamma/2 |grad D|^2 at fakes (Mescheder et al., 2018); together with R1 for the relativistic loss.",
        low=0.0,
        high=10_000.0,
        live=True,
    )
    gradient: float = setting(
        0.0,
        "gradient penalty",
        "lambda of lambda (|grad D| - 1)^2 between real and fake (WGAN-GP, Gulrajani et al., 2017). 10 with the "
        "Wasserstein loss.",
        low=0.0,
        high=10_000.0,
        live=True,
    )
    dragan: float = setting(
        0.0,
        "DRAGAN",
        "lambda of lambda (|grad D| - 1)^2 near real pictures (Kodali et al., 2017). 10 with any loss.",
        low=0.0,
        high=10_000.0,
        live=True,
    )
    every: int = setting(
        1,
        "penalty every",
        "Penalties are computed at each so many updates of D and count so many times then (lazy regularisation, "
        "Karras et al., 2020): 4 to 16 costs little and does nearly the same.",
        unit="updates",
        low=1,
        high=64,
        live=True,
    )
    clip: float = setting(
        0.0,
        "weight clipping",
        "D's weights are kept from -c to c (WGAN, Arjovsky et al., 2017). 0.01 with the Wasserstein loss; the gradient "
        "penalty replaced it.",
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
        "2020): for few pictures, as D then cannot learn them by heart.",
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
        "Standard deviation of noise added to all that D sees, so that real and fake overlap (Sonderby et al., 2017). "
        "0.1 where D wins at once.",
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
        "Longest gradient, over all weights of a network, that an update takes as it is; longer ones are shortened to "
        "it. 0: never.",
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
        "steps: some updates of D, then some of G, again and again. "
        "epochs: D learns for whole epochs with G held, then G with D held.",
        choices=("steps", "epochs"),
        why_fixed="A run keeps its way of taking turns.",
    )
    d_steps: int = setting(1, "D steps", "Updates of D in a round (turns: steps).", low=1, high=100, live=True)
    g_steps: int = setting(1, "G steps", "Updates of G in a round (turns: steps).", low=1, high=100, live=True)
    d_epochs: int = setting(1, "D epochs", "Epochs D learns in its turn (turns: epochs).", low=1, high=100, live=True)
    g_epochs: int = setting(
        1, "G epochs", "Epochs' worth of updates G learns in its turn (turns: epochs).", low=1, high=100, live=True
    )
    reuse_fakes: bool = setting(
        False,
        "reuse fakes",
        "G learns through the very pictures that D was just trained on "
        "(turns: steps). Saves one pass through G; the paper draws fresh noise.",
        live=True,
    )


@dataclass(frozen=True)
class OptimizerConfig:
    """Adam, for both networks; different rates are the two time-scale rule (Heusel et al., 2017)."""

    d_lr: float = setting(2e-4, "learning rate of D", "Step size of D's Adam.", low=1e-7, high=1.0, live=True)
    g_lr: float = setting(2e-4, "learning rate of G", "Step size of G's Adam.", low=1e-7, high=1.0, live=True)
    decay: str = setting(
        "constant",
        "rate schedule",
        "How both learning rates go on; falling ones end with calmer, cleaner pictures. constant: as they are set. "
        "linear: falling in a straight line to 0 at the end of the run. cosine: falling to 0 along half a cosine.",
        choices=("constant", "linear", "cosine"),
        live=True,
    )
    beta1: float = setting(
        0.5,
        "beta 1",
        "Adam's memory of the gradient; 0.5 calms GANs (0.9 is usual elsewhere).",
        low=0.0,
        high=0.999,
        live=True,
    )
    beta2: float = setting(0.999, "beta 2", "Adam's memory of the squared gradient.", low=0.0, high=0.99999, live=True)
    batch_size: int = setting(
        128,
        "batch size",
        "Real pictures, and as many fakes, in one pass; of all processes together.",
        unit="pictures",
        low=2,
        high=8192,
        why_fixed=_STREAM,
    )
    accumulate: int = setting(
        1,
        "accumulation",
        "Batches whose gradients are averaged into one update: the effect of a batch so many times larger in the "
        "memory of one.",
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
        "Real pictures after which an old weight of G counts half in the average. Longer is smoother and later.",
        unit="pictures",
        low=1,
        high=10_000_000,
        live=True,
    )
    warm_up: float = setting(
        0.05,
        "warm-up of G_ema",
        "The half-life is at most this share of the pictures seen so far, so that early pictures are not of noise "
        "(StyleGAN2's ramp-up). 0: the full half-life at once.",
        low=0.0,
        high=1.0,
        live=True,
    )
    show_raw: bool = setting(False, "show raw G", "Make pictures with G as it is, not with its average.", live=True)
