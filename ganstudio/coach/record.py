"""What the coach knows of a run: the columns of its history, its marks and measurements, and its settings over time."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ganstudio import config as cfg
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.errors import ConfigError
from ganstudio.events import Marked, MarkKind, Measured

Numbers = npt.NDArray[np.float64]

_DISTURBING = (MarkKind.CHANGE, MarkKind.RESUME, MarkKind.BRANCH, MarkKind.MANUAL)
_WITHOUT_EFFECT = ("output.", "measure.", "engine.", "epochs", "steps", "seconds")  # on what the networks learn


class Table(Protocol):
    """Columns of a run's history."""

    def __len__(self) -> int: ...

    def column(self, name: str) -> Numbers:
        """Return the values of a field of `Tick`, (N,); nan where it has none."""


# Columns that findings are made from.
JUDGED = (
    "step",
    "images",
    "epoch",
    "d_loss",
    "g_loss",
    "d_loss_max",
    "g_loss_max",
    "d_acc",
    "d_real",
    "d_fake",
    "value",
    "g_move",
    "d_move",
    "g_cos",
    "d_cos",
    "lag",
    "nn_raw",
    "twins_raw",
    "copies",
    "wrong_class",
)


class Columns:
    """The newest rows of a history as they are now, whatever becomes of it.

    Parameters
    ----------
    table
        The history.
    count
        How many rows at most.
    """

    def __init__(self, table: Table, count: int) -> None:
        self._columns = {name: table.column(name)[-count:].copy() for name in JUDGED}

    def __len__(self) -> int:
        return len(self._columns["step"])

    def column(self, name: str) -> Numbers:
        """Return the values of one of `JUDGED`, (N,)."""
        return self._columns[name]


@dataclass(frozen=True)
class Drift:
    """How much the pictures of the fixed z changed from one grid to the next.

    Parameters
    ----------
    start, end
        Steps of the two grids.
    change
        Mean absolute difference, as a multiple of how much the pictures of the grid differ from their mean.
    """

    start: int
    end: int
    change: float

    @property
    def per_thousand(self) -> float:
        """Change in a thousand rounds, if it goes on evenly."""
        return self.change * 1000 / max(1, self.end - self.start)


@dataclass(frozen=True)
class Record:
    """All that findings are made from.

    Parameters
    ----------
    ticks
        The history, by columns.
    config
        Settings as run.toml has them.
    marks, measures
        Marks and measurements of the history, in order.
    drifts
        Changes between grids, in order; empty if they are not known.
    checkpoints
        Steps that the run can go back to.
    total_steps
        Steps at which the run is done; 0 if that is not known.
    """

    ticks: Table
    config: RunConfig
    marks: Sequence[Marked] = ()
    measures: Sequence[Measured] = ()
    drifts: Sequence[Drift] = ()
    checkpoints: Sequence[int] = field(default_factory=tuple)
    total_steps: int = 0

    @property
    def last_step(self) -> int:
        """The newest step."""
        return int(self.ticks.column("step")[-1]) if len(self.ticks) else 0

    @cached_property
    def changes(self) -> list[Marked]:
        """Changes of settings, in order."""
        return [mark for mark in self.marks if mark.kind == MarkKind.CHANGE and mark.path in SETTINGS]

    @cached_property
    def felt_changes(self) -> list[Marked]:
        """Changes of settings, and of points by hand, that the networks feel, in order."""
        return [mark for mark in self.marks if mark.kind == MarkKind.CHANGE and not _is_harmless(mark)]

    @cached_property
    def disturbances(self) -> list[int]:
        """Steps after which the networks have to find a new balance: changes, resumes, branches, updates by hand."""
        return sorted(mark.step for mark in self.marks if mark.kind in _DISTURBING and not _is_harmless(mark))

    def config_at(self, step: int) -> RunConfig:
        """Return the settings with which the round before or at `step` was trained.

        A branch has its own settings in run.toml and its parent's changes in its history, so that the newest settings
        are sure, and earlier ones follow by taking back what was changed since.
        """
        config = self.config
        for mark in self.changes:
            config = _changed(config, mark.path, mark.new)
        for mark in reversed(self.changes):
            if mark.step >= step:
                config = _changed(config, mark.path, mark.old)
        return config

    def checkpoint_before(self, step: int) -> int | None:
        """Return the newest step to go back to that is not after `step`; None if there is none."""
        return max((one for one in self.checkpoints if one <= step), default=None)

    def measures_since(self, step: int) -> list[Measured]:
        """Return the measurements after a step that can be compared with the newest one."""
        if not self.measures:
            return []
        newest = self.measures[-1]
        alike = (newest.features, newest.count)
        return [one for one in self.measures if one.step > step and (one.features, one.count) == alike]


def _is_harmless(mark: Marked) -> bool:
    return mark.kind == MarkKind.CHANGE and mark.path.startswith(_WITHOUT_EFFECT)


def _changed(config: RunConfig, path: str, value: object) -> RunConfig:
    with contextlib.suppress(ConfigError):  # what another version wrote may be unknown here
        return cfg.change(config, path, value)
    return config
