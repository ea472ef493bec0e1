"""Dialog that asks for a colour. It does not block, and keeps the user's own colours from one start to the next."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QWidget

from ganstudio.gui.dialogs.dialog_settings import DialogSettings


def ask_colour(parent: QWidget, colour: QColor, callback: Callable[[QColor], object]) -> QColorDialog:
    """Ask for a colour, `colour` being proposed; `callback` is called with the one that is chosen."""
    for number, name in enumerate(DialogSettings().own_colours[: QColorDialog.customCount()]):
        if (own := QColor(name)).isValid():
            QColorDialog.setCustomColor(number, own)
    dialog = QColorDialog(colour, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.colorSelected.connect(callback)
    dialog.finished.connect(_remember_own_colours)
    dialog.open()
    return dialog


def _remember_own_colours() -> None:
    colours = map(QColorDialog.customColor, range(QColorDialog.customCount()))
    DialogSettings().remember_own_colours(colour.name(QColor.NameFormat.HexArgb) for colour in colours)
