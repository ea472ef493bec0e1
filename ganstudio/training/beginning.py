"""Networks that begin as those of another run or model, see `networks.transfer`; their optimisers begin anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import ConfigError
from ganstudio.networks import freezing, transfer
from ganstudio.networks.transfer import How, Network, Row, Transfer, calibration
from ganstudio.training.rng import derive_seed, make_generator

Weights = Mapping[str, torch.Tensor]

DEFAULT_HOLD = 3000  # pictures that a D begun anew sees before G learns
_MUST_AGREE = ("network.name", "network.width", "network.z_size")
_OF_POINTS = tuple(f"network.{name}" for name in ("g_layers", "g_width", "d_layers", "d_width", "activation", "noise"))
_TAKEN = (*_MUST_AGREE, "network.modes", "network.batch_norm", "network.spectral_norm", "network.packing")
_CALIBRATION_PIXELS = 1 << 18  # about, of all maps that are measured: bounds the memory


@dataclass(frozen=True)
class Origin:
    """What networks begin from.

    Parameters
    ----------
    title
        Its name for users, with the step.
    config
        Settings that it was trained with.
    G, G_ema, D
        States of its networks; D None if it has none. Where there is only one G, it is both.
    labels
        Names of its classes.
    source, sha256
        How settings name it, and the hash of its file.
    """

    title: str
    config: cfg.RunConfig
    G: Weights
    G_ema: Weights
    D: Weights | None
    labels: tuple[str, ...] = ()
    source: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Beginning:
    """Weights that networks begin with, and the account of every tensor.

    Parameters
    ----------
    title
        What they are from, for users.
    G, G_ema, D
        States of the new networks, on the CPU.
    g_rows, d_rows
        What became of each tensor.
    hold
        Real pictures that D sees before G learns.
    """

    title: str
    G: dict[str, torch.Tensor]
    G_ema: dict[str, torch.Tensor]
    D: dict[str, torch.Tensor]
    g_rows: tuple[Row, ...]
    d_rows: tuple[Row, ...]
    hold: int = 0


# ---- settings -------------------------------------------------------------------------------------------------------


def take_networks(config: cfg.RunConfig, origin: Origin, given: Sequence[str] = ()) -> cfg.RunConfig:
    """Return the settings with networks as the origin has them; what was `given` by dotted name stays."""
    for path in (*_TAKEN, *(_OF_POINTS if origin.config.makes_points else ())):
        if path not in given:
            config = cfg.change(config, path, cfg.read(origin.config, path))
    return config


def resolve(config: cfg.RunConfig, origin: Origin) -> cfg.RunConfig:
    """Return the settings with what is filled in at the start: the exact origin, its hash, and how long G is held.

    Raises
    ------
    ConfigError
        The networks cannot begin from it; says why, and what to do.
    """
    for path in (*_MUST_AGREE, *(_OF_POINTS if config.makes_points else ())):
        here, there = cfg.read(config, path), cfg.read(origin.config, path)
        if here != there:
            raise ConfigError(
                f"{path} is {here}, but {origin.title} has {there}, and a network begins only from one with the same. "
                f"Set {path} to {there}, or begin from another model.",
                at_prompt=f"The flag is {cfg.find(path).flag} {there}.",
            )
    begin = config.begin
    if begin.sha256 and begin.sha256 != origin.sha256:
        raise ConfigError(
            f"{begin.source} is another file than the one that these settings begin from: its SHA-256 is "
            f"{origin.sha256}, not {begin.sha256}. Leave begin.sha256 empty to begin from it all the same."
        )
    if begin.freeze_d and origin.D is None:
        raise ConfigError(
            f"begin.freeze_d must be 0 here: {origin.title} has no D, and a D that begins anew has to learn."
        )
    config = cfg.change(config, "begin.source", origin.source or begin.source)
    config = cfg.change(config, "begin.sha256", origin.sha256)
    hold = begin.hold or (0 if origin.D is not None else DEFAULT_HOLD)
    return cfg.change(config, "begin.hold", hold)


def check_alone(config: cfg.RunConfig) -> None:
    """Check settings without an origin. Raises ConfigError if they say what of it stays."""
    if config.begin.freeze_d and not config.begin.source:
        raise ConfigError(
            "begin.freeze_d needs a model to begin from: levels with random weights have to learn.",
            at_prompt="To name it: --begin-from mnist, a run or a file.",
        )


# ---- weights --------------------------------------------------------------------------------------------------------


def draw(config: cfg.RunConfig) -> tuple[nn.Module, nn.Module]:
    """Return G and D with the random weights that a run with these settings begins with. Raises ConfigError."""
    rng = make_generator(config.seed, "weights")
    return networks.generator(config, rng), networks.discriminator(config, rng)


def prepare(origin: Origin, config: cfg.RunConfig, labels: Sequence[str], G: Weights, D: Weights) -> Beginning:
    """Return what networks begin with.

    Parameters
    ----------
    origin
        What they begin from.
    config
        Settings as `resolve` returned them, with the number of classes.
    labels
        Names of the classes of the new data set.
    G, D
        States of the new networks with random weights.

    Raises
    ------
    ConfigError
        Levels of D would be frozen that begin anew.
    """
    matches = match_classes(origin.labels, labels, config.network)
    new, old = networks.generator(config), networks.generator(origin.config)
    shapes = networks.generator_shape(origin.config), networks.generator_shape(config)

    def begin(weights: Weights) -> tuple[dict[str, torch.Tensor], tuple[Row, ...]]:
        made = transfer.transfer_generator(Network(old, shapes[0], weights), Network(new, shapes[1], G), matches)
        return _calibrate(new, made, config), made.rows

    average, rows = begin(origin.G_ema)
    trained = average if origin.G is origin.G_ema else begin(origin.G)[0]
    d_weights, d_rows = _prepare_d(origin, config, matches, D)
    return Beginning(origin.title, trained, average, d_weights, rows, d_rows, config.begin.hold)


def _prepare_d(
    origin: Origin, config: cfg.RunConfig, matches: Sequence[int | None], fresh: Weights
) -> tuple[dict[str, torch.Tensor], tuple[Row, ...]]:
    if origin.D is None:
        rows = tuple(Row(name, (How.ANEW,), None, tuple(weight.shape)) for name, weight in fresh.items())
        return {name: weight.detach().cpu().clone() for name, weight in fresh.items()}, rows
    rng = torch.Generator()
    old, new = (networks.discriminator(each, rng) for each in (origin.config, config))
    made = transfer.transfer_discriminator(
        Network(old, networks.discriminator_shape(origin.config), origin.D, origin.config.network.packing),
        Network(new, networks.discriminator_shape(config), fresh, config.network.packing),
        matches,
    )
    _check_frozen(new, made, config)
    return made.weights, made.rows


def _check_frozen(D: nn.Module, made: Transfer, config: cfg.RunConfig) -> None:
    levels = config.begin.freeze_d
    if levels > (most := freezing.count_levels(D)):
        raise ConfigError(f"begin.freeze_d must be at most {most} with this D, which has {most} levels; got {levels}.")
    learned = dict(D.named_parameters())  # not the vectors of spectral norm, which follow from weights
    anew = {row.name for row in made.rows if row.how[0] in (How.ANEW, How.PASSING) and row.name in learned}
    names = {module: name for name, module in D.named_modules()}
    for layer in freezing.find_frozen(D, levels):
        if any(name.startswith(f"{names[layer]}.") for name in anew):
            raise ConfigError(
                f"begin.freeze_d must be 0 here: with another size or packing, the levels of D nearest the picture "
                f"begin anew ({names[layer]}), and have to learn."
            )


def match_classes(old: Sequence[str], new: Sequence[str], network: cfg.NetworkConfig) -> tuple[int | None, ...]:
    """Return for each class of the new networks the number of the old class of the same name, None if there is none."""
    if not network.conditional:
        return ()
    numbers = {name.casefold(): number for number, name in reversed(list(enumerate(old)))}
    names = [*new, *map(str, range(len(new), network.classes))][: network.classes]
    return tuple(numbers.get(name.casefold()) for name in names)


def _calibrate(G: nn.Module, made: Transfer, config: cfg.RunConfig) -> dict[str, torch.Tensor]:
    """Return the weights with what only pictures can tell."""
    if not (made.identities or made.needs_opaque or made.needs_statistics):
        return made.weights
    G.load_state_dict(made.weights)
    G.eval()
    count = min(256, max(8, _CALIBRATION_PIXELS // (config.data.height * config.data.width)))
    rng = torch.Generator().manual_seed(derive_seed(0, "calibration"))
    z = torch.randn(count, config.network.z_size, generator=rng)
    labels = torch.arange(count) % config.network.classes if config.network.conditional else None
    if made.needs_statistics:
        calibration.measure_statistics(G, z, labels)
    calibration.settle_norms(G, made.identities, z, labels)
    if made.needs_opaque:
        calibration.make_opaque(G, z, labels)
    return {name: weight.clone() for name, weight in G.state_dict().items()}
