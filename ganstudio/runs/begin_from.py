"""What a new run begins from, by name: a bundled model, a run at a step, or a generator file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data import catalog
from ganstudio.errors import ConfigError, InputError, RunError, reason
from ganstudio.runs import bundled, checkpoint, lookup
from ganstudio.runs.folder import RunFolder
from ganstudio.system import reading
from ganstudio.system.existence import is_file
from ganstudio.system.homes import expand
from ganstudio.training.beginning import Beginning, Origin, Weights
from ganstudio.training.state import D_PREFIX

_PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".onnx")
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True)
class _Found:
    """A file to begin from."""

    path: Path
    title: str
    source: str  # how settings name it, so that the same file is found again
    run: RunFolder | None = None


def load(source: str) -> Origin:
    """Load what a run begins from.

    Parameters
    ----------
    source
        Name of a bundled model; a run by folder, name or title, and perhaps ":STEP"; a snapshot, a checkpoint, or a
        generator file. Of a run the newest snapshot or checkpoint is taken that is not after the step.

    Raises
    ------
    InputError
        There is no such model; as RunError: its file is damaged or of no use.
    """
    found = _find(source)
    tensors, meta = checkpoint.load_snapshot(found.path)
    config = _config(found, meta)
    weights = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
    if any(name.startswith("G_ema.") for name in weights):
        G, G_ema, D = (_under(weights, f"{name}.") for name in ("G", "G_ema", "D"))
    else:
        G = {name: weight for name, weight in weights.items() if not name.startswith(D_PREFIX)}
        G_ema, D = G, _under(weights, D_PREFIX)
    _check(found, config, G, D)
    title = f"{found.title}, step {meta['step']:,}" if isinstance(meta.get("step"), int) else found.title
    return Origin(title, config, G, G_ema, D or None, _labels(found, config), found.source, _hash(found.path))


def describe(beginning: Beginning) -> str:
    """Return in a sentence what the networks begin with: "The networks begin as those of ...: G: 19 copied. ..."."""
    return f"The networks begin as those of {beginning.title}. {describe_counts(beginning)}"


def describe_counts(beginning: Beginning) -> str:
    """Return how many tensors were copied, padded, and so on, and how long G waits for a D that began anew."""
    parts = []
    for name, rows in (("G", beginning.g_rows), ("D", beginning.d_rows)):
        counts: dict[str, int] = {}
        for row in rows:
            words = _join(row.how)
            counts[words] = counts.get(words, 0) + 1
        parts.append(f"{name}: {'; '.join(f'{count} {words}' for words, count in counts.items())}.")
    wait = f" G waits until D has seen {beginning.hold:,} pictures." if beginning.hold else ""
    return f"Tensors of {' Of '.join(parts)}{wait}"


def _join(words: Sequence[str]) -> str:
    """Return "cut", "cut and resized", or "cut, resized and combined"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def format_table(beginning: Beginning) -> list[str]:
    """Return the account of every tensor as lines of text in columns."""
    cells = [("tensor", "", "model", "new network")]
    for name, rows in (("G", beginning.g_rows), ("D", beginning.d_rows)):
        cells += [
            (f"{name} {row.name}", ", ".join(row.how), describe_shape(row.before), describe_shape(row.after))
            for row in rows
        ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def describe_shape(shape: tuple[int, ...] | None) -> str:
    """Return a shape as text: "64x32x3x3"; "-" for none."""
    return "-" if shape is None else "x".join(map(str, shape)) or "1"


# ---- finding --------------------------------------------------------------------------------------------------------


def _find(source: str) -> _Found:
    if source in bundled.NAMES:
        path = bundled.path_of(source)
        if not is_file(path):
            raise InputError(f"The model {source} is not part of this copy of the program; choose a run or a file.")
        return _Found(path, source, source)
    path = expand(source).absolute()
    if is_file(path):
        return _found_file(path)
    name, step = source, None
    try:
        folder = lookup.find(source)
    except RunError as error:
        start, _, end = source.rpartition(":")
        if not start or not end.isascii() or not end.isdigit():
            raise _no_model(source, error) from None
        name, step = start, int(end[:18])
        try:
            folder = lookup.find(name)
        except RunError as error:
            raise _no_model(name, error) from None
    return _found_run(RunFolder.open(folder), step)


def _no_model(name: str, error: RunError) -> InputError:
    return InputError(
        f"There is no model {name} to begin from: it is neither {' nor '.join(bundled.NAMES)}, nor a file. {error}"
    )


def _found_file(path: Path) -> _Found:
    if path.suffix.lower() in _PICKLES:
        raise InputError(
            f"{path} cannot be begun from: such files can run programs when they are opened, or hold other networks. "
            f"A run begins from a .safetensors file that GAN Studio has written, such as an exported generator."
        )
    if path.parent.name in ("snapshots", "checkpoints") and is_file(path.parent.parent / "run.toml"):
        run = RunFolder.open(path.parent.parent)
        return _Found(path, run.display_name, str(path), run)
    return _Found(path, path.stem, str(path))


def _found_run(run: RunFolder, step: int | None) -> _Found:
    """Return the newest file of a run that is not after `step`; of the same step rather a checkpoint."""
    files = [(at, rank, path) for rank, group in enumerate((run.snapshots(), run.checkpoints())) for at, path in group]
    fitting = [file for file in files if step is None or file[0] <= step]
    if not fitting:
        first = (
            f" at or before step {step:,}; its first is of step {min(files)[0]:,}" if files and step is not None else ""
        )
        raise RunError(f"{run.path} has nothing to begin from{first or ' yet: let it train for a few seconds first'}.")
    at, _, path = max(fitting)
    return _Found(path, run.display_name, f"{run.path}:{at}", run)


# ---- reading --------------------------------------------------------------------------------------------------------


def _config(found: _Found, meta: dict[str, Any]) -> cfg.RunConfig:
    settings = meta.get("config")
    if settings is None and found.run is not None:
        return found.run.config
    if not isinstance(settings, dict):
        raise RunError(f"{found.path} cannot be begun from: the settings that it was trained with are missing.")
    try:
        return cfg.from_dict(settings)
    except (ConfigError, TypeError) as error:
        raise RunError(f"{found.path} cannot be begun from: its settings are not valid: {error}") from None


def _check(found: _Found, config: cfg.RunConfig, G: Weights, D: Weights) -> None:
    """Refuse weights that do not fit the networks that their settings describe. Raises RunError."""
    try:
        expected = [(G, networks.generator(config))]
        expected += [(D, networks.discriminator(config, torch.Generator()))] if D else []
    except ConfigError as error:
        raise RunError(f"{found.path} cannot be begun from: {error}") from None
    for weights, network in expected:
        state = network.state_dict()
        for name in state.keys() | weights.keys():
            shapes = [tuple(each[name].shape) if name in each else None for each in (weights, state)]
            if shapes[0] != shapes[1]:
                raise RunError(
                    f"{found.path} cannot be begun from: it does not fit the networks that its settings describe "
                    f"({name} is {describe_shape(shapes[0])}, not {describe_shape(shapes[1])})."
                )


def _labels(found: _Found, config: cfg.RunConfig) -> tuple[str, ...]:
    """Return the names of a model's classes; their numbers where its data set is not known on this computer."""
    home = found.run.data_home() if found.run is not None else None
    info = catalog.look_up(config.data.name, home)
    names = [] if info is None else list(info.labels)
    return (*names, *map(str, range(len(names), config.network.classes)))


def _under(weights: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with reading.open_file(path) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {reason(error)}.") from None
    return digest.hexdigest()
