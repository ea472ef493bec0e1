"""One run that goes wrong on purpose: what will happen, why, and a button that starts it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.coach.gallery import Provocation
from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import lines, wrapped
from ganstudio.gui.widgets.wrapped_label import WrappedLabel


class ProvocationCard(QFrame):
    """Card with a provocation.

    Parameters
    ----------
    provocation
        What is shown.
    parent
        Qt's parent.
    """

    startRequested = Signal(object)  # Provocation

    def __init__(self, provocation: Provocation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.provocation = provocation
        self.setObjectName(f"provocation-{provocation.name}")
        self.setAccessibleName(provocation.title)
        self.setProperty("card", "plain")
        title = WrappedLabel(provocation.title, self)
        title.setProperty("heading", True)
        about = WrappedLabel(_about(provocation), self)
        about.setProperty("muted", True)
        self.button = make_button(f"provoke-{provocation.name}", "Start", "", self)
        self.button.setAccessibleName(f"Start: {provocation.title}")
        self.button.setToolTip(wrapped("Starts a new run with these settings:", lines(_settings(provocation))))
        self.button.clicked.connect(lambda: self.startRequested.emit(provocation))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACE,) * 4)
        column.setSpacing(theme.SPACE // 2)
        for label in (title, WrappedLabel(provocation.happens, self), WrappedLabel(provocation.why, self)):
            column.addWidget(label)
        row = QHBoxLayout()
        row.addWidget(about, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(row)


def _about(provocation: Provocation) -> str:
    kind = "Points of the 2-D lab" if provocation.config.makes_points else "Digits"
    return f"{kind}, seen within {provocation.seconds} s of processor time"


def _settings(provocation: Provocation) -> list[str]:
    preset = presets.load(provocation.preset)
    changes = cfg.differences(preset.config, provocation.config)
    return [f"preset {preset.title}", *(f"{cfg.SETTINGS[path].label}: {_short(new)}" for path, _, new in changes)]


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower()
