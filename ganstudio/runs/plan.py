"""How a run goes on: read from its folder by who writes it, and the same for all processes that train it."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.errors import ConfigError, RunError
from ganstudio.events import Marked, MarkKind
from ganstudio.runs import checkpoint, history
from ganstudio.runs.folder import RunFolder
from ganstudio.training.state import State


@dataclass(frozen=True)
class Plan:
    """From where, and with what settings, a run goes on."""

    before: cfg.RunConfig  # as it was at last, as the history tells
    config: cfg.RunConfig
    state: State | None  # None if the run was killed before it had saved anything
    home: Path | None  # where its data set lies, if not in the usual place
    skipped: tuple[str, ...]  # checkpoints that are broken, in words
    reached: int | None = None  # the last step that the run has told of; None where a person goes back on purpose
    back_to: Path | None = None  # the checkpoint that a person goes back to on purpose

    @classmethod
    def read(
        cls,
        folder: RunFolder,
        changes: Mapping[str, Any] | None = None,
        home: Path | None = None,
        processes: int = 1,
        at: int | None = None,
    ) -> "Plan":
        """From the newest checkpoint that is whole, with `changes` to the settings. Raises StudioError.

        at : only checkpoints of steps up to this count; a run that so goes back does so to before the edits of that
        very step. Else the run goes on as it was, edits included.
        """
        state, file, skipped = _newest_state(folder, at)
        before = edited(folder, state) if state else folder.config
        config = cfg.from_dict(state.meta["config"]) if state and at is not None else before
        reached = _reached(folder) if at is None else None
        if processes != before.engine.processes:
            config = cfg.change(config, "engine.threads", 0)  # a process has another share of the cores
        for name, value in (changes or {}).items():
            config = cfg.change(config, name, value)
        config = cfg.change(config, "engine.processes", processes)
        back_to = None if at is None else file
        return cls(before, config, state, home or folder.data_home(), tuple(skipped), reached, back_to)

    def dataset(self) -> Dataset:
        """The run's pictures. Raises DataError if they are gone."""
        data, limit = self.config.data, self.config.engine.data_limit
        here = self.home is not None and catalog.owned(data.name, self.home)
        home = self.home if here else None  # another machine may keep its data elsewhere
        return catalog.load(data.name, size=data.size, channels=data.channels, home=home, limit=limit)

    def marks(self, step: int, resolved: cfg.RunConfig) -> list[Marked]:
        """What the history says of going on at `step`, now that nothing is left to choose in the settings."""
        words = f"Went back to step {step:,}." if self.reached is None else history.resume_text(step, self.reached)
        marks = [Marked(step, MarkKind.RESUME, words, "", self.reached, step)]
        marks += [Marked(step, MarkKind.WARNING, sentence) for sentence in self.skipped]
        for name, old, new in cfg.differences(self.before, resolved):
            marks.append(Marked(step, MarkKind.CHANGE, cfg.describe_change(name, old, new), name, old, new))
        return marks


def edited(folder: RunFolder, state: State) -> cfg.RunConfig:
    """The settings of a checkpoint, with the edits that were made at its very step. Raises OSError."""
    config, step = cfg.from_dict(state.meta["config"]), int(state.meta["step"])
    for mark in history.read_changes(folder.path / "history.jsonl"):
        if mark.step == step and mark.path:
            with contextlib.suppress(ConfigError):  # of another version of the program
                config = cfg.change(config, mark.path, mark.new)
    return config


def _reached(folder: RunFolder) -> int:
    tick, _ = history.read_last(folder.path / "history.jsonl")
    return max(tick.step if tick else 0, *(step for step, _ in folder.samples()), 0)


def _newest_state(folder: RunFolder, at: int | None) -> tuple[State | None, Path | None, list[str]]:
    """Where to go on from, its file, and what was skipped; None if the run was killed before it had saved anything.

    Raises RunError if there is nothing to go back to at `at`.
    """
    if not folder.checkpoints():
        if at:
            raise RunError(f"{folder.path} cannot go back to step {at:,}: it has no checkpoint.")
        return None, None, []
    return checkpoint.newest_valid(folder.path, at, before_edit=at is not None)
