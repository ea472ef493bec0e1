"""run.toml: the whole configuration, and what else must be known to judge or repeat a run."""

import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
import tomli_w

from ganstudio import __version__
from ganstudio import config as cfg
from ganstudio.errors import ConfigError, RunError, reason
from ganstudio.system import atomic, paths, reading
from ganstudio.system.installing import installed_version

SCHEMA = 1  # of run.toml, history and checkpoints; a reader refuses a higher one
_PACKAGES = ("torch", "torchvision", "numpy", "safetensors", "PySide6-Essentials")


@dataclass(frozen=True)
class RunInfo:
    """What run.toml has besides the configuration. What only a trainer knows is 0 or "" until it has started."""

    created: str  # ISO date and time
    seed: int
    versions: dict[str, str] = field(default_factory=dict)
    parent: str = ""  # name of the run this one branched off
    parent_step: int = 0
    device: str = ""
    hardware: str = ""
    precision: str = ""
    g_parameters: int = 0
    d_parameters: int = 0
    data_count: int = 0
    batches_per_epoch: int = 0
    total_steps: int = 0
    measured: str = ""
    data_home: str = ""  # where its data set was stored, for a resume that is given no other place
    data_fingerprint: str = ""  # of imported pictures: the version that it was trained on
    job: str = ""  # torchrun's name for the job that began it, if one did
    schema: int = SCHEMA

    @classmethod
    def now(cls, config: cfg.RunConfig, parent: str = "", parent_step: int = 0) -> "RunInfo":
        """Return the info of a run that begins now, on this machine."""
        created = datetime.now().astimezone().isoformat(timespec="seconds")
        home = str(paths.data_home().resolve())
        return cls(created, config.seed, versions(), parent, parent_step, data_home=home, job=this_job())


def this_job() -> str:
    """Return the name that torchrun gave the job of this process; "" if there is none."""
    name = os.environ.get("TORCHELASTIC_RUN_ID", "")
    return "" if name == "none" else name


def write(path: Path, config: cfg.RunConfig, info: RunInfo) -> None:
    """Write run.toml. Raises OSError."""
    values = cfg.to_dict(config) | {"run": asdict(info)}
    atomic.write(path, [tomli_w.dumps(values).encode()], durable=True)


def read(path: Path) -> tuple[cfg.RunConfig, RunInfo]:
    """Read configuration and info from run.toml. Raises RunError."""
    try:
        values = reading.read_toml(path)
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read: {reason(error)}.") from None
    is_empty, about = not values, values.pop("run", None)
    if not isinstance(about, dict):
        what = "is empty" if is_empty else "has no table [run], which says when the run began and with what seed"
        raise RunError(f"{path} {what}: the run cannot be opened without it. Put back a copy of the file.")
    schema = about.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise RunError(
            f"{path.parent} was written by a newer version of GAN Studio: its schema is {schema}, this version "
            f"({__version__}) reads up to {SCHEMA}. Update the program to open it."
        )
    try:
        config = cfg.from_dict(values)
    except (ConfigError, TypeError) as error:
        raise RunError(f"{path} is not valid: {error}") from None
    try:
        return config, msgspec.convert(about, RunInfo)
    except msgspec.ValidationError as error:
        raise RunError(f"{path} is not valid, in its table [run]: {reason(error)}.") from None


def versions() -> dict[str, str]:
    """Return the versions of the program and of what its numbers depend on."""
    found = {"ganstudio": __version__, "python": platform.python_version()}
    return found | {name: version for name in _PACKAGES if (version := installed_version(name))}
