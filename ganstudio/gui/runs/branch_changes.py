"""The settings that a branch changes."""

import contextlib
from collections.abc import Mapping
from typing import Any

from ganstudio import config as cfg
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.data import catalog
from ganstudio.errors import ConfigError
from ganstudio.events import MarkKind
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.runs.branching import DATASET


class BranchChanges:
    """Settings of a branch, compared with those of its parent at the step that it starts from.

    Parameters
    ----------
    model : RunModel
        The parent.
    edits : Mapping
        Values by dotted name that wait until the parent resumes; the branch takes them over.
    """

    def __init__(self, model: RunModel, edits: Mapping[str, Any]) -> None:
        self._model = model
        self._edits = dict(edits)
        self._chosen = dict(edits)
        self._parent_config = model.config
        self._config = model.config

    @property
    def config(self) -> RunConfig:
        """Settings of the branch."""
        return self._config

    def set_step(self, step: int | None) -> None:
        """Compare with the parent at another step; None: as it is now."""
        self._parent_config = self._config = _config_at(self._model, step)
        for path, value in self._chosen.items():
            self._config = cfg.change(self._config, path, value)

    def set_value(self, path: str, value: Any) -> None:
        """Choose the value of a setting by its dotted name.

        Raises
        ------
        StudioError
            The value is not possible; nothing is changed.
        """
        self._config = cfg.change(self._config, path, value)
        self._chosen[path] = value

    def value(self, path: str) -> Any:
        """Return the branch's value of a setting."""
        return cfg.read(self._config, path)

    def parent_value(self, path: str) -> Any:
        """Return the parent's value of a setting at that step."""
        return cfg.read(self._parent_config, path)

    def was(self, path: str) -> str:
        """Return what the value of the parent was, for a tooltip."""
        return f"was {_in_words(path, self.parent_value(path))}"

    def changes(self) -> dict[str, Any]:
        """Return the values that differ from the parent's, by dotted name."""
        return {
            path: value
            for path, value in self._chosen.items()
            if path in self._edits or value != self.parent_value(path)
        }

    def description(self) -> str:
        """Return a sentence that lists the changes."""
        changes = [
            cfg.describe_change(path, _in_words(path, self.parent_value(path)), _in_words(path, new))
            for path, new in self.changes().items()
        ]
        return f"Changes: {'; '.join(changes)}." if changes else "No setting is changed."


def _in_words(path: str, value: Any) -> Any:
    """Return a value as users read it: data sets have titles."""
    return catalog.title_of(value) if path == DATASET else value


def _config_at(model: RunModel, step: int | None) -> RunConfig:
    """Return the run's settings as they were at a step, without later changes."""
    config = model.config
    for mark in reversed(model.marks):
        if mark.kind == MarkKind.CHANGE and mark.path in SETTINGS and step is not None and mark.step > step:
            with contextlib.suppress(ConfigError):  # of another version of the program
                config = cfg.change(config, mark.path, mark.old)
    return config
