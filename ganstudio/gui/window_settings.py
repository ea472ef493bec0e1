"""Settings of the window that last from one start to the next: its geometry, docks, theme and recent runs."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QRect

from ganstudio.gui.stored_settings import open_settings
from ganstudio.system.existence import is_file

_MAX_RECENT_RUNS = 10
_MAX_CUT_OFF = 100
LAST_RUN, NEW_SET_UP = "last", "new"  # what is opened at start


class WindowSettings:
    """Settings of the window, in an INI file on every platform, so that users can read, move and delete it.

    Parameters
    ----------
    scale : float
        Scale that Qt draws with. The layout of docks is stored for each, as another scale leaves them other room.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._settings = open_settings("window")

    @property
    def theme(self) -> str:
        """Name of the theme, or "system" for that of the desktop; at first "dark"."""
        return str(self._settings.value("theme", "dark"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._settings.set("theme", name)

    @property
    def text_size(self) -> int:
        """Size of text and everything else, in percent, 80 to 250; at first 100."""
        try:
            return min(250, max(80, int(str(self._settings.value("textSize", 100)))))
        except ValueError:
            return 100

    @text_size.setter
    def text_size(self, percent: int) -> None:
        self._settings.set("textSize", percent)

    @property
    def last_advice(self) -> str:
        """The advice about this computer that was shown last; it is shown once."""
        return str(self._settings.value("advice", ""))

    @last_advice.setter
    def last_advice(self, text: str) -> None:
        self._settings.set("advice", text)

    @property
    def tour_step(self) -> str:
        """Name of the step that the tour is at; at first and after its end ""."""
        return str(self._settings.value("tour/step", ""))

    @property
    def tour_is_on(self) -> bool:
        """Whether the tour is shown, or was when the window was closed."""
        return str(self._settings.value("tour/on", False)).lower() == "true"

    def remember_tour(self, step: str, is_on: bool) -> None:
        """Store which step the tour is at, and whether it is shown."""
        self._settings.set("tour/step", step)
        self._settings.set("tour/on", is_on)

    @property
    def at_start(self) -> str:
        """What is opened at start: LAST_RUN (at first) or NEW_SET_UP."""
        return NEW_SET_UP if self._settings.value("atStart") == NEW_SET_UP else LAST_RUN

    @at_start.setter
    def at_start(self, what: str) -> None:
        self._settings.set("atStart", what)

    @property
    def recent_runs(self) -> list[Path]:
        """Folders of the runs opened last, the newest first."""
        known: Any = self._settings.value("recentRuns", [])
        return [Path(path) for path in ([known] if isinstance(known, str) else known or [])]

    def remember_run(self, run: Path) -> None:
        """Store that a run was opened."""
        runs = [run, *(path for path in self.recent_runs if path != run)][:_MAX_RECENT_RUNS]
        self._settings.set("recentRuns", [str(path) for path in runs])
        self._settings.set("lastRunLeft", False)

    def forget_last_run(self) -> None:
        """Open no run at the next start, unless one is opened before; the last one stays in the list."""
        self._settings.set("lastRunLeft", True)

    def last_run(self) -> Path | None:
        """Return the run opened last; None if it is gone or was left for a fresh start."""
        runs = [] if str(self._settings.value("lastRunLeft", False)).lower() == "true" else self.recent_runs
        return runs[0] if runs and is_file(runs[0] / "run.toml") else None

    @property
    def offered(self) -> list[str]:
        """Keys of the runs that were cut off, and that the user was offered to go on with."""
        known: Any = self._settings.value("offered", [])
        return [str(key) for key in ([known] if isinstance(known, str) else known or [])]

    def remember_offered(self, keys: Iterable[str]) -> None:
        """Store that the user was offered to go on with runs."""
        self._settings.set("offered", [*self.offered, *keys][-_MAX_CUT_OFF:])

    def remember_layout(self, geometry: QByteArray, state: QByteArray, shape: str, is_custom: bool) -> None:
        """Store the geometry of the window and the layout of its docks."""
        self._settings.set("geometry", geometry)
        for name, value in (("state", state), ("shape", shape), ("own", is_custom)):
            self._settings.set(self._scaled(name), value)

    def remember_place(self, place: QRect, filled: bool) -> None:
        """Store the window's rectangle, in px at this scale, while it does not fill the screen, and whether it does."""
        for name, value in (("place", place), ("filled", filled), ("scale", self._scale)):
            self._settings.set(name, value)

    @property
    def geometry(self) -> QByteArray:
        """Geometry of the window as Qt saves it; at first empty."""
        return self._bytes("geometry")

    def place_at_another_scale(self) -> tuple[QRect, bool] | None:
        """Return what `remember_place` stored at another scale, in px at this one; None if there is none."""
        place: Any = self._settings.value("place")
        then = float(str(self._settings.value("scale", 1.0)))
        if not isinstance(place, QRect) or then == self._scale:
            return None
        ratio = then / self._scale
        sides = (round(side * ratio) for side in (place.x(), place.y(), place.width(), place.height()))
        return QRect(*sides), str(self._settings.value("filled", "false")).lower() == "true"

    @property
    def layout(self) -> tuple[QByteArray, str, bool]:
        """State of the docks at this scale, the arrangement it belongs to, and whether the user made it."""
        is_custom = str(self._settings.value(self._scaled("own"), "false")).lower() == "true"
        return self._bytes(self._scaled("state")), str(self._settings.value(self._scaled("shape"), "")), is_custom

    def _scaled(self, name: str) -> str:
        return name if self._scale == 1.0 else f"scale {self._scale:g}/{name}"

    def _bytes(self, name: str) -> QByteArray:
        value = self._settings.value(name, QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()
