"""Ending: when a run is done, how good it became in a sentence, and what to do next."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio import config as cfg
from ganstudio import length
from ganstudio.events import EndReason, Measured, RunStatus
from ganstudio.gui.curves.quality import names_of_classes
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.run_model import BUSY, RunModel
from ganstudio.gui.model.viewing import percent, run_config
from ganstudio.gui.runs.runs_list import title_of
from ganstudio.gui.text import readable
from ganstudio.gui.window.status_bar import duration
from ganstudio.runs.summary import RunSummary

if TYPE_CHECKING:
    from ganstudio.gui.model.session import Session

TOPIC = "done"
_RECENT = 0.95  # of the steps: a measure since then tells of the generator that the run ended with
_LEAST_PRECISION = 0.3  # below it, that a class is plain to see says nothing
_ALIKE = 0.5  # share of one class, of several, from which on the rest says nothing
_LONGEST = 14  # letters of another run's name on a button
_DIGITS = ("mnist", "digits")  # data sets whose pictures are called digits


class Ending(QObject):
    """Part of a session: speaks up when the run that is trained here is done, and when Start is pressed after that."""

    morphWanted = Signal()
    filmWanted = Signal()
    compareWanted = Signal(object)  # [Path]

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session, self._model = session, session.model
        self._before = self._model.status
        self.others: Callable[[], Sequence[RunSummary]] = tuple  # runs that it may be compared with, the newest first
        self._measuring = False  # because the notice offered it: it is said again with the result
        self._model.statusChanged.connect(self._changed)
        self._model.measured.connect(self._measured)

    def _changed(self, status: str) -> None:
        """Unasked only where it was trained here, and came to its end by itself."""
        before, self._before = self._before, status
        end = self._model.finished
        if status == RunStatus.FINISHED and before in BUSY and end is not None and end.reason == EndReason.DONE:
            self._session.noticed.emit(Notice(sentence(self._model), self._choices(), topic=TOPIC))

    def _measured(self, *_: object) -> None:
        if self._measuring and not self._model.busy:
            self._measuring = False
            self._session.noticed.emit(Notice(sentence(self._model), self._choices(), topic=TOPIC))

    def _measure(self) -> None:
        self._measuring = True
        self._session.measure_now()

    def offer(self) -> None:
        """Start was pressed, but the run is done."""
        choices = (*self._choices(), ("New run", self._session.new_run))
        self._session.noticed.emit(Notice(sentence(self._model), choices, topic=TOPIC))

    def _choices(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        name, more = more_of(run_config(self._model))
        amount = length.amount(name, more)
        amount = f"{amount} longer" if name == "seconds" else amount.replace(" ", " more ", 1)
        choices: list[tuple[str, Callable[[], None]]] = [
            (f"Train {amount}", lambda: self._answer(lambda: self._session.train_more(name, more)))
        ]
        if self._model.snapshots:
            choices.append(("Morph what it learned", lambda: self._answer(self.morphWanted.emit)))
            choices.append(("Export the film\N{HORIZONTAL ELLIPSIS}", lambda: self._answer(self.filmWanted.emit)))
        if not _recent(self._model) and self._model.can_be_measured:
            choices.append(("Measure how good it is", lambda: self._answer(self._measure)))
        if (other := self._other()) is not None:
            choices.append((f"Compare with {_short(title_of(other))}", lambda: self._compare(other)))
        return tuple(choices)

    def _answer(self, action: Callable[[], None]) -> None:
        self._session.noticed.emit(None)
        action()

    def _compare(self, other: RunSummary) -> None:
        self._session.noticed.emit(None)
        if self._model.folder is not None:
            self.compareWanted.emit([self._model.folder.path, other.path])

    def _other(self) -> RunSummary | None:
        """What this run is best compared with: the one it branched off, else the newest of the same data."""
        folder = self._model.folder
        if folder is None:
            return None
        others = [each for each in self.others() if each.path != folder.path and each.steps]
        parent = [each for each in others if folder.info.parent and each.name == folder.info.parent]
        alike = [each for each in others if each.data == folder.config.data.name]
        return next(iter([*parent, *alike]), None)


def more_of(config: cfg.RunConfig) -> tuple[str, float]:
    """Setting that ends the run, and by how much it may be longer: as long again."""
    name = length.ruling(config) or "epochs"
    return name, float(cfg.read(config, name)) or 1.0


def sentence(model: RunModel) -> str:
    """ "Done after 5 epochs, 4 min. 96 % of its digits are recognisable; ..."."""
    config = run_config(model)
    said = length.words(config) if length.ruling(config) else f"{model.step:,} steps"
    seconds = model.history.last("seconds") if len(model.history) else 0.0
    took = f", {duration(seconds)}" if seconds > 0 and not config.seconds else ""
    measured = _recent(model)
    return f"Done after {said}{took}." + (f" {how_good(measured, config)}" if measured else "")


def _recent(model: RunModel) -> Measured | None:
    """The newest measure, if it tells of the generator that the run ended with."""
    newest = model.measures[-1] if model.measures else None
    return newest if newest is not None and newest.step >= _RECENT * model.step else None


def how_good(measured: Measured, config: cfg.RunConfig) -> str:
    """A measure as people say it."""
    noun = "digits" if config.data.name in _DIGITS else "pictures"
    alike = max(measured.classes, default=0.0) if measured.classes and len(measured.classes) > 3 else 0.0
    if alike > _ALIKE and measured.classes:
        name = names_of_classes(config, len(measured.classes))[measured.classes.index(alike)]
        seen = f"{percent(alike)} of its {noun} are taken for one class ({name})"
    elif measured.precision < _LEAST_PRECISION:  # a classifier is sure of noise, too
        seen = f"Only {percent(measured.precision)} of its {noun} look real"
    elif measured.sure is not None:
        seen = f"{percent(measured.sure)} of its {noun} are recognisable"
    else:
        seen = f"{percent(measured.precision)} of its {noun} look real"
    real = f", where real ones have {readable(measured.fcd_real)}" if measured.fcd_real is not None else ""
    return f"{seen}; their distance from real ones (FCD) is {_rounded(measured.fcd)}{real}."


def _rounded(fcd: float) -> str:
    return f"{fcd:,.0f}" if 10 <= fcd < 1e5 else readable(fcd)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"
