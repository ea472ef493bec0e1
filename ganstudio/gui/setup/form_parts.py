"""Small parts that the rows of the set-up panel share."""

from PySide6.QtWidgets import QPushButton, QWidget

from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip, wrapped


def make_label(text: str, buddy: QWidget) -> Label:
    """Return the label in front of an editor."""
    label = Label(text)
    label.setProperty("muted", True)
    label.setBuddy(buddy)
    return label


def make_small(label: Label) -> None:
    """Give a label the look of a remark."""
    label.setProperty("muted", True)
    label.setProperty("small", True)


def make_button(name: str, text: str, tip: str) -> QPushButton:
    """Return a small button with this objectName."""
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(as_tip(tip))
    button.setProperty("small", True)
    return button


def lock_box(box: ChoiceBox, why: str, tip: str) -> None:
    """Disable a box and say why; with "", enable it and show `tip`."""
    box.setEnabled(not why)
    box.setToolTip(as_tip(wrapped(why) if why else tip))
