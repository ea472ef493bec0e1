"""Preview of an import: some pictures as D will see them, and what each of them was."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.data.pictures.examples import Example
from ganstudio.data.pictures.sources import show
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.picture_preview import Shown
from ganstudio.text import one_line

_MAX_NAME = 60  # characters of a file's name
_CAPTION_LINES = 2  # that there is always room for, so that nothing moves


class ImportPreview(QWidget):
    """Grid of the examples with a caption for the one under the pointer, or reached with the arrow keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._examples: tuple[Example, ...] = ()
        self._shown: Shown | None = None
        self.grid = PictureGrid("Pictures as D will see them", "real")
        self.grid.setObjectName("importPreview")
        self.grid.set_selectable(True)
        self.grid.pointed.connect(self._describe)
        self.caption = WrappedLabel()
        self.caption.setObjectName("importCaption")
        self.caption.setProperty("muted", True)
        self.caption.setMinimumHeight(_CAPTION_LINES * self.caption.fontMetrics().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.grid, 1)
        column.addWidget(self.caption)

    @property
    def shown(self) -> Shown | None:
        """What is shown; None before the first picture is made."""
        return self._shown

    def show_examples(self, examples: tuple[Example, ...]) -> None:
        """Take the examples of another source."""
        self._examples, self._shown = examples, None
        self.grid.show_text("Making the pictures\N{HORIZONTAL ELLIPSIS}" if examples else "There is no picture.")
        self._describe(-1)

    def show_pictures(self, shown: Shown) -> None:
        """Show the examples as they are now."""
        self._shown = shown
        if len(shown.pictures):
            self.grid.show_pictures(shown.pictures)
        elif shown.is_whole:
            self.grid.show_text("None of these pictures can be read.")
        self._describe(-1)

    @Slot(int)
    def _describe(self, index: int) -> None:
        shown = self._shown
        if shown is None:
            self.caption.setText("")
        elif 0 <= index < len(shown.examples):
            self.caption.setText(describe_example(self._examples[shown.examples[index]]))
        else:
            self.caption.setText(_describe_all(shown, self._examples))


def describe_example(example: Example) -> str:
    """Return the name of an example, what it is, and why it is shown."""
    header = example.file.header
    name = one_line(show(example.file.entry.path), _MAX_NAME)
    if header is None:
        return name
    why = f" ({example.why})" if example.why else ""
    return f"{name}: {header.format}, {header.mode}, {header.height} x {header.width}{why}"


def _describe_all(shown: Shown, examples: tuple[Example, ...]) -> str:
    if shown.failed:
        number, why = next(iter(shown.failed.items()))
        name = one_line(show(examples[number].file.entry.path), _MAX_NAME)
        others = f", and {len(shown.failed) - 1} more cannot" if len(shown.failed) > 1 else ""
        return f"{name} cannot be read: {why}{others}."
    return "As D will see them; the odd ones first. Point at a picture to see what it was."
