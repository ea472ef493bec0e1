"""The window of the kinds that the generator makes: a map that follows the run."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.events import Failed
from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.dialogs.fitting import room_for_dialog
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.kinds.cells import KindCells
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import known_data, without_bundled
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.kinds import FoundKinds, KindRequest, KindsThread
from ganstudio.text import format_percent, one_line

if TYPE_CHECKING:
    from ganstudio.evaluation.kinds import KindMap

_SIZE = QSize(760, 480)  # px, where the screen has room
_PAUSE = 2000  # ms between an answer and the next request: the cores are for training
_MAX_NAMED = 12  # kinds that are named in a sentence
_MIN_OBEYED = 0.5  # share of the pictures of a class that are of it, below which it is said
_MAX_NAME = 40  # characters
_NO_GENERATOR = "The kinds are shown as soon as the run has its first snapshot."
_LOOKING = "Looking at what the data has, and at what G makes\N{HORIZONTAL ELLIPSIS}"
_HOW = "The bar is what G makes, the line across it what the data has. Point at a cell for the numbers."


class KindsWindow(QDialog):
    """Window of the kinds; it is not modal, and looks again at each new snapshot while it is shown.

    Parameters
    ----------
    model
        The open run.
    explorer
        Whose generator is looked at.
    parent
        Qt's parent.
    """

    failed = Signal(object)  # Failed: an error that nobody expected

    def __init__(self, model: RunModel, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kindsWindow")
        self.setWindowTitle("Kinds that G makes")
        self._model, self._explorer = model, explorer
        self._asked: KindRequest | None = None
        self._is_waiting = False  # for an answer
        self.found: FoundKinds | None = None
        self._thread = KindsThread(self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self.says = WrappedLabel("", self)
        self.says.setObjectName("kindsSays")
        self.cells = KindCells(self)
        self.about = WrappedLabel("", self)
        self.about.setObjectName("kindsAbout")
        self.about.setProperty("muted", True)
        self._lay_out()
        self._connect()
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def _lay_out(self) -> None:
        close = make_button("closeKindsButton", "Close", "Close this window (Esc)", self)
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE)
        bottom.addWidget(self.about, 1)
        bottom.addWidget(close, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACE * 2,) * 4)
        column.setSpacing(SPACE)
        column.addWidget(self.says)
        column.addWidget(self.cells, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self._explorer.generatorChanged.connect(self.look)
        for signal in (self._model.reset, self._model.statusChanged):
            signal.connect(self.look)
        self._pause.timeout.connect(self.look)
        self._thread.answered.connect(self._take)
        self._thread.refused.connect(self._refuse)
        self._thread.failed.connect(self._fail)

    def stop(self) -> bool:
        """End the thread; False if it did not end in time."""
        return self._thread.stop()

    # Asking

    @Slot()
    def look(self, *_: object) -> None:
        """Ask for the kinds that the generator makes now, unless they are known, or one waits for others."""
        if not self.isVisible() or self._is_waiting or self._pause.isActive():
            return
        generator = without_bundled(self._model, self._explorer.generator)
        if generator is None:
            self._asked = self.found = None
            self._show_text(self._explorer.problem or _NO_GENERATOR)
            return
        request = KindRequest(generator, known_data(self._model, generator))
        if self._asked is not None and _key(request) == _key(self._asked):
            return
        if self._asked is None or self._asked.data != request.data:
            self.found = None
            self._show_text(_LOOKING)
        self._asked, self._is_waiting = request, True
        self._thread.request(request)

    # Answers

    @Slot(object)
    def _take(self, found: FoundKinds) -> None:
        self._end_wait()
        if found.request is not self._asked:
            return
        self.found = found
        self.cells.show_kinds(found)
        whose = one_line(found.request.model.title)
        name, thing = ("kind", "pictures") if found.modes is None else ("mode", "points")
        self.says.setText(f"{whose[:1].upper()}{whose[1:]}. {describe(found.map, name, thing)}")
        how = "The same noise is taken for every step."
        if found.modes is None:
            how += (
                f" Kinds are those of the data's labels; of {found.tried:,} real pictures that were tried, "
                f"{format_percent(found.accuracy, 1)} were told rightly."
            )
        self.about.setText(f"{_HOW} {how}")

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        self._end_wait()
        self.found = None
        self._show_text(failed.message)

    @Slot(object)
    def _fail(self, failed: Failed) -> None:
        self._refuse(failed)
        self.failed.emit(failed)

    def _end_wait(self) -> None:
        self._is_waiting = False
        self._pause.start()

    def _show_text(self, text: str) -> None:
        self.cells.show_text(text)
        self.says.setText("")
        self.about.setText("")

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.found is None and not self._is_waiting:
            self._asked = None  # what was missing may be there now
        self.look()


def _key(request: KindRequest) -> tuple[object, ...]:
    model = request.model
    return model.path, model.step, model.version, request.data


def describe(kinds: "KindMap", name: str, thing: str) -> str:
    """Return what is missing, as sentences.

    Parameters
    ----------
    kinds
        The map.
    name
        What one kind is called.
    thing
        What G makes, in the plural.
    """
    unknown = 1 - kinds.recognised
    of = f"of {kinds.count:,} {thing}"
    if unknown > 0.75 and not (kinds.missing or kinds.rare or kinds.unsure):
        return f"{format_percent(unknown)} {of} are of no {name} yet, so nothing is called missing."
    parts = []
    if kinds.missing:
        parts.append(f"{len(kinds.missing)} of {len(kinds.names)} {name}s missing: {_list(kinds, kinds.missing)}.")
    elif kinds.unsure:
        parts.append(f"No {name} is known to be missing.")
    else:
        parts.append(f"All {len(kinds.names)} {name}s are there.")
    if kinds.unsure:
        parts.append(f"So rare in the data that there may be none by chance: {_list(kinds, kinds.unsure)}.")
    if kinds.rare:
        parts.append(f"Rare, less than half of what the data has: {_list(kinds, kinds.rare)}.")
    if kinds.obeyed is not None and (ignored := tuple(np.flatnonzero(kinds.obeyed < _MIN_OBEYED).tolist())):
        parts.append(f"Asked for these, G mostly makes others: {_list(kinds, ignored)}.")
    parts.append(f"{format_percent(unknown)} {of} are of no {name}.")
    return " ".join(parts)


def _list(kinds: "KindMap", numbers: tuple[int, ...]) -> str:
    names = [one_line(kinds.names[number], _MAX_NAME) for number in numbers[:_MAX_NAMED]]
    more = len(numbers) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
