"""What the window remembers from one start to the next: its place, its docks, the theme, the runs opened last."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QRect, QSettings

_RECENT_RUNS = 10
LAST_RUN, NEW_SET_UP = "last", "new"  # what is opened at start


class WindowSettings:
    """QSettings by names. An INI file everywhere, so that it can be read, moved and deleted."""

    def __init__(self, scale: float = 1.0) -> None:
        """`scale` that Qt draws by: docks are remembered for each, since another one leaves them other room."""
        self._scale = scale
        self._settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "ganstudio", "window")

    @property
    def theme(self) -> str:
        """Name of the theme, or "system", as the desktop's; dark at first."""
        return str(self._settings.value("theme", "dark"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._settings.setValue("theme", name)

    @property
    def text_size(self) -> int:
        """Size of text and all else, %; 100 at first."""
        try:
            return min(250, max(80, int(str(self._settings.value("textSize", 100)))))
        except ValueError:
            return 100

    @text_size.setter
    def text_size(self, percent: int) -> None:
        self._settings.setValue("textSize", percent)
        self._settings.sync()

    @property
    def at_start(self) -> str:
        """What is opened at start: LAST_RUN, as at first, or a NEW_SET_UP."""
        return NEW_SET_UP if self._settings.value("atStart") == NEW_SET_UP else LAST_RUN

    @at_start.setter
    def at_start(self, what: str) -> None:
        self._settings.setValue("atStart", what)

    def folder(self, kind: str) -> Path | None:
        """Where a file of that kind was last saved or opened by a person, if the folder is still there."""
        path = Path(str(self._settings.value(f"folders/{kind}", "")))
        return path if path.is_absolute() and path.is_dir() else None

    def remember_folder(self, kind: str, path: Path) -> None:
        """A file of that kind was saved in, or opened from, a folder."""
        self._settings.setValue(f"folders/{kind}", str(path))

    @property
    def recent_runs(self) -> list[Path]:
        """Folders of the runs opened last, the newest first."""
        known: Any = self._settings.value("recentRuns", [])
        return [Path(each) for each in ([known] if isinstance(known, str) else known or [])]

    def remember_run(self, path: Path) -> None:
        """A run was opened."""
        runs = [path, *(each for each in self.recent_runs if each != path)][:_RECENT_RUNS]
        self._settings.setValue("recentRuns", [str(each) for each in runs])
        self._settings.setValue("lastRunLeft", False)

    def forget_last_run(self) -> None:
        """The next start opens none, until one was opened again; it stays among the recent ones."""
        self._settings.setValue("lastRunLeft", True)

    def last_run(self) -> Path | None:
        """The run opened last, if it is still there and was not left for a fresh start."""
        runs = [] if str(self._settings.value("lastRunLeft", False)).lower() == "true" else self.recent_runs
        return runs[0] if runs and (runs[0] / "run.toml").is_file() else None

    def remember_layout(self, geometry: QByteArray, state: QByteArray, shape: str, own: bool) -> None:
        """Where the window and its docks stand."""
        self._settings.setValue("geometry", geometry)
        for name, value in (("state", state), ("shape", shape), ("own", own)):
            self._settings.setValue(self._scaled(name), value)

    def remember_place(self, place: QRect, filled: bool) -> None:
        """Place and size of the window, px at this scale, while it does not fill the screen; whether it does."""
        for name, value in (("place", place), ("filled", filled), ("scale", self._scale)):
            self._settings.setValue(name, value)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window; empty at first."""
        return self._bytes("geometry")

    def place_at_another_scale(self) -> tuple[QRect, bool] | None:
        """As `remember_place`, in px at this scale; None if it was left at this one, or never yet."""
        place: Any = self._settings.value("place")
        then = float(str(self._settings.value("scale", 1.0)))
        if not isinstance(place, QRect) or then == self._scale:
            return None
        share = then / self._scale
        sides = (round(each * share) for each in (place.x(), place.y(), place.width(), place.height()))
        return QRect(*sides), str(self._settings.value("filled", "false")).lower() == "true"

    @property
    def layout(self) -> tuple[QByteArray, str, bool]:
        """State of the docks at this scale, the arrangement it belongs to, and whether a person made it."""
        own = str(self._settings.value(self._scaled("own"), "false")).lower() == "true"
        return self._bytes(self._scaled("state")), str(self._settings.value(self._scaled("shape"), "")), own

    def _scaled(self, name: str) -> str:
        return name if self._scale == 1.0 else f"scale {self._scale:g}/{name}"

    def _bytes(self, name: str) -> QByteArray:
        value = self._settings.value(name, QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()
