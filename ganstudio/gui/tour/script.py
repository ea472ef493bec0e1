"""The script of the tour, read from resources/tour/steps.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ganstudio.gui.tour.conditions import CONDITIONS
from ganstudio.gui.tour.facts import Facts
from ganstudio.system.paths import resources


@dataclass(frozen=True)
class Scene:
    """What the card says, and what is lit.

    Parameters
    ----------
    title, text
        A few words, and some sentences.
    light
        Names of widgets; action:NAME, setting:PATH, menu:TITLE, or remedy: the coach's first.
    """

    title: str
    text: str
    light: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One step.

    Parameters
    ----------
    name
        Name by which it is remembered.
    scene
        What is shown.
    until
        Name of the condition that ends it; "": the user goes on when it is read.
    needs
        Conditions that must hold before it can be done, by name, each with what is shown as long as it does not.
    """

    name: str
    scene: Scene
    until: str
    needs: tuple[tuple[str, Scene], ...]

    def is_done(self, facts: Facts) -> bool:
        """Return whether what the step waits for has been done."""
        return bool(self.until) and CONDITIONS[self.until](facts)

    def unmet(self, facts: Facts) -> Scene | None:
        """Return what is shown instead of the step because something must come first; None: it can be done."""
        return next((scene for name, scene in self.needs if not CONDITIONS[name](facts)), None)


@cache
def steps() -> tuple[Step, ...]:
    """Return all steps, in order."""
    tables = tomllib.loads((resources() / "tour" / "steps.toml").read_text(encoding="utf-8"))
    needs = {name: _scene(table) for name, table in tables["needs"].items()}
    return tuple(
        Step(
            table["name"],
            _scene(table),
            table.get("until", ""),
            tuple((name, needs[name]) for name in table.get("needs", ())),
        )
        for table in tables["steps"]
    )


def _scene(table: Mapping[str, Any]) -> Scene:
    return Scene(table["title"], table["text"], tuple(table["light"]))
