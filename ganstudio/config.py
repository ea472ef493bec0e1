"""Every setting of a run, declared once.

A field carries its type, default, label, unit, limits, choices, help and whether it may change while a run is going.
The command line's flags, the set-up panel, validation and the documentation are all made from this declaration.
"""

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import msgspec

from ganstudio.errors import ConfigError

IMAGE_SIZES = (28, 32, 64, 128)  # pixels: a base of 4 or 7, doubled


@dataclass(frozen=True)
class Setting:
    """What is declared about one field beyond its type and default."""

    label: str
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    live: bool = False  # may change while the run is going
    why_fixed: str = ""  # said where a field cannot change during a run


def setting(default: Any, label: str, help: str, **declared: Any) -> Any:
    """Dataclass field with its `Setting` in the metadata."""
    return field(default=default, metadata={"setting": Setting(label, help, **declared)})


_SHAPES = "It fixes the shapes of the networks."
_STREAM = "It fixes the order in which pictures and noise are drawn."


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
        why_fixed=_SHAPES,
    )
    channels: int = setting(1, "channels", "1: grey. 3: colour.", choices=(1, 3), why_fixed=_SHAPES)


@dataclass(frozen=True)
class NetworkConfig:
    """The generator G and the discriminator D."""

    name: str = setting(
        "dcgan",
        "networks",
        "dcgan: convolutions, sharp pictures (Radford et al., 2016). mlp: fully connected, as in the first GAN paper "
        "(Goodfellow et al., 2014): fast, simple, grainier.",
        choices=("dcgan", "mlp"),
        why_fixed=_SHAPES,
    )
    z_size: int = setting(
        128,
        "latent size",
        "How many random numbers G makes a picture from.",
        unit="numbers",
        low=2,
        high=1024,
        why_fixed=_SHAPES,
    )
    width: int = setting(
        64,
        "width",
        "Features of the widest-resolution layer; deeper layers have multiples of it. "
        "Wider learns more and costs more.",
        low=4,
        high=512,
        why_fixed=_SHAPES,
    )


@dataclass(frozen=True)
class ObjectiveConfig:
    """What D and G are asked to do."""

    loss: str = setting(
        "non-saturating",
        "loss",
        "minimax: G minimises log(1 - D(G(z))), the game of the theory; weak gradients while D wins. "
        "non-saturating: G maximises log D(G(z)) instead; the usual choice.",
        choices=("non-saturating", "minimax"),
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
    """Adam, for both networks."""

    d_lr: float = setting(2e-4, "learning rate of D", "Step size of D's Adam.", low=1e-7, high=1.0, live=True)
    g_lr: float = setting(2e-4, "learning rate of G", "Step size of G's Adam.", low=1e-7, high=1.0, live=True)
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
        "Real pictures, and as many fakes, in one update.",
        unit="pictures",
        low=2,
        high=8192,
        why_fixed=_STREAM,
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
    show_raw: bool = setting(False, "show raw G", "Make pictures with G as it is, not with its average.", live=True)


@dataclass(frozen=True)
class EngineConfig:
    """How a step executes."""

    device: str = setting(
        "auto",
        "device",
        "auto, cpu, cuda, cuda:1, mps, xpu: auto takes an accelerator if there is one.",
        why_fixed="A run stays on the device it started on; resume it to move it.",
    )
    precision: str = setting(
        "auto",
        "precision",
        "auto takes bfloat16 where the processor computes it natively.",
        choices=("auto", "float32", "bfloat16"),
        why_fixed="A run keeps its arithmetic.",
    )
    threads: int = setting(
        0,
        "threads",
        "Processor threads for training; 0: all cores.",
        low=0,
        high=1024,
        why_fixed="A run keeps its arithmetic.",
    )


@dataclass(frozen=True)
class OutputConfig:
    """What is shown and kept, and how often."""

    tick_seconds: float = setting(
        0.25, "tick", "Time between two points of the curves.", unit="s", low=0.1, high=60.0, live=True
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
        "Time between two checkpoints; at most this is lost.",
        unit="s",
        low=1.0,
        high=86_400.0,
        live=True,
    )
    report_epochs: int = setting(
        10,
        "report every",
        "Epochs between two reports: D's accuracy, and a picture that is kept for results.png.",
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
        why_fixed="Every grid of a run shows the same noise.",
    )
    keep_snapshots: int = setting(
        200, "snapshots kept", "Snapshots on the time slider; older ones thin out.", low=10, high=10_000, live=True
    )


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a run. `preset` only says where the values came from."""

    preset: str = ""
    data: DataConfig = DataConfig()
    network: NetworkConfig = NetworkConfig()
    objective: ObjectiveConfig = ObjectiveConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    ema: EmaConfig = EmaConfig()
    engine: EngineConfig = EngineConfig()
    output: OutputConfig = OutputConfig()
    epochs: int = setting(
        100, "epochs", "Passes over the data until the run is done.", unit="epochs", low=0, high=1_000_000, live=True
    )
    steps: int = setting(
        0,
        "steps",
        "If not 0, the run is done after so many rounds, whatever the epochs.",
        low=0,
        high=1_000_000_000,
        live=True,
    )
    seed: int = setting(
        0,
        "seed",
        "Start of every random draw: the same seed gives the same run.",
        low=0,
        high=2**31 - 1,
        why_fixed="It started the run.",
    )


@dataclass(frozen=True)
class Declared:
    """One setting with its place: `path` is its dotted name, `group` the part it stands in ("" at the top)."""

    path: str
    group: str
    name: str
    type: type
    default: Any
    setting: Setting

    @property
    def flag(self) -> str:
        """Command-line flag: --schedule.d-steps."""
        return "--" + self.path.replace("_", "-")


def declared(part: type = RunConfig, group: str = "") -> list[Declared]:
    """All settings, in the order of their declaration."""
    found: list[Declared] = []
    hints = get_type_hints(part)
    for each in dataclasses.fields(part):
        if dataclasses.is_dataclass(hints[each.name]):
            found += declared(hints[each.name], each.name)
        elif "setting" in each.metadata:
            path = f"{group}.{each.name}" if group else each.name
            found.append(Declared(path, group, each.name, hints[each.name], each.default, each.metadata["setting"]))
    return found


SETTINGS: dict[str, Declared] = {each.path: each for each in declared()}


def find(path: str) -> Declared:
    """Setting by its dotted name; hyphens count as underscores. Raises ConfigError with the nearest name."""
    name = path.replace("-", "_")
    if name in SETTINGS:
        return SETTINGS[name]
    near = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise ConfigError(f"There is no setting named {path}.{hint}")


def read(config: RunConfig, path: str) -> Any:
    """Value of the setting with that dotted name."""
    value: Any = config
    for name in find(path).path.split("."):
        value = getattr(value, name)
    return value


def change(config: RunConfig, path: str, value: Any) -> RunConfig:
    """Copy of `config` with one setting changed; text is read as the setting's type. Raises ConfigError."""
    known = find(path)
    value = check(known, value)
    if not known.group:
        return dataclasses.replace(config, **{known.name: value})
    part = dataclasses.replace(getattr(config, known.group), **{known.name: value})
    return dataclasses.replace(config, **{known.group: part})


def check(known: Declared, value: Any) -> Any:
    """`value` as the setting's type and within its limits; else a ConfigError that says what was expected."""
    rules = known.setting
    try:
        value = msgspec.convert(value, known.type, strict=not isinstance(value, str))
    except msgspec.ValidationError:
        raise ConfigError(f"{known.path} must be {expected(known)}; got {value!r}.") from None
    inside = (rules.low is None or value >= rules.low) and (rules.high is None or value <= rules.high)
    if not inside or (rules.choices and value not in rules.choices):
        raise ConfigError(f"{known.path} must be {expected(known)}; got {value!r}.")
    return value


def expected(known: Declared) -> str:
    """What the setting accepts, in words: "a whole number from 1 to 100"."""
    rules = known.setting
    if rules.choices:
        return "one of " + ", ".join(str(choice) for choice in rules.choices)
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}[known.type]
    if rules.low is not None and rules.high is not None:
        words += (
            f" from {rules.low:g} to {rules.high:g}"
            if known.type is float
            else f" from {rules.low:,} to {rules.high:,}"
        )
    return words + (f" ({rules.unit})" if rules.unit else "")


def to_dict(config: RunConfig) -> dict[str, Any]:
    """Plain nested dictionary, as written to run.toml and preset files."""
    return dataclasses.asdict(config)


def from_dict(values: Mapping[str, Any], base: RunConfig | None = None) -> RunConfig:
    """Configuration from a nested dictionary over `base`; unknown names and bad values raise ConfigError."""
    config = base or RunConfig()
    for name, value in values.items():
        if name == "preset":
            config = dataclasses.replace(config, preset=str(value))
        elif isinstance(value, Mapping):
            for inner, one in value.items():
                config = change(config, f"{name}.{inner}", one)
        else:
            config = change(config, name, value)
    return config


def validate(config: RunConfig) -> RunConfig:
    """The same configuration, every setting checked on its own; raises ConfigError on the first that is wrong."""
    for path, known in SETTINGS.items():
        check(known, read(config, path))
    return config


def differences(old: RunConfig, new: RunConfig) -> list[tuple[str, Any, Any]]:
    """Settings that differ, as (dotted name, old value, new value)."""
    return [(path, read(old, path), read(new, path)) for path in SETTINGS if read(old, path) != read(new, path)]
