"""The notice that a run is done: how good it became in a sentence, and what to do next."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio import config as cfg
from ganstudio import length
from ganstudio.data import catalog
from ganstudio.events import EndReason, Measured, RunStatus
from ganstudio.gui.model.notice import Choice
from ganstudio.gui.model.run_model import BUSY, RunModel
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.runs.run_text import title_of
from ganstudio.runs.summary import RunSummary
from ganstudio.text import format_duration, format_number, format_percent

TOPIC = "done"
_RECENT_FRACTION = 0.95  # of the steps: a measurement since then is of the generator that the run ended with
_MIN_PRECISION = 0.3  # below it, a classifier's certainty says nothing: it is sure of noise, too
_ONE_CLASS_FRACTION = 0.5  # of all pictures in one class, of several: above it, other numbers say nothing
_MAX_TITLE = 14  # characters of another run's name on a button


class RunDone(QObject):
    """Tells that the run trained here is done, and offers what to do next; also when Start is pressed after that.

    Attributes
    ----------
    other_runs
        Returns the runs that the open one may be compared with, the newest first.
    """

    morphRequested = Signal()
    filmRequested = Signal()
    compareRequested = Signal(object)  # [Path]

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent or session)
        self._session = session
        self._model = session.model
        self._notifier = session.notifier
        self._status_before = self._model.status
        self.other_runs: Callable[[], Sequence[RunSummary]] = tuple
        self._measuring = False  # because the notice offered it: it is shown again with the result
        self._model.statusChanged.connect(self._status_changed)
        self._model.measured.connect(self._measured)
        session.training.resumedWhenDone.connect(self.offer)

    def _status_changed(self, status: str) -> None:
        """Show the notice where the run was trained here, and came to its end by itself."""
        before = self._status_before
        self._status_before = RunStatus(status)
        end = self._model.finished
        if status == RunStatus.FINISHED and before in BUSY and end is not None and end.reason == EndReason.DONE:
            self._show(*self._choices())

    def _measured(self, *_: object) -> None:
        if self._measuring and not self._model.is_busy:
            self._measuring = False
            self._show(*self._choices())

    def _measure(self) -> None:
        self._measuring = True
        self._session.measurer.measure()

    @Slot()
    def offer(self) -> None:
        """Ask what to do: Start was pressed, but the run is done."""
        self._show(*self._choices(), ("New run", self._session.new_run))

    def _show(self, *choices: Choice) -> None:
        self._notifier.say(sentence(self._model), *choices, topic=TOPIC)

    def _choices(self) -> list[Choice]:
        name, more = extension(run_config(self._model))
        amount = length.describe_amount(name, more)
        amount = f"{amount} longer" if name == "seconds" else amount.replace(" ", " more ", 1)
        train_more = partial(self._session.training.train_more, name, more)
        choices: list[Choice] = [(f"Train {amount}", partial(self._answer, train_more))]
        if self._model.snapshots and not run_config(self._model).makes_points:  # of points a single one would move
            choices.append(("Morph what it learned", partial(self._answer, self.morphRequested.emit)))
        if self._model.snapshots:
            choices.append(("Export the film\N{HORIZONTAL ELLIPSIS}", partial(self._answer, self.filmRequested.emit)))
        if not _recent_measure(self._model) and self._model.can_be_measured:
            choices.append(("Measure how good it is", partial(self._answer, self._measure)))
        if (other := self._find_other()) is not None:
            choices.append((f"Compare with {_shorten(title_of(other))}", partial(self._compare, other)))
        return choices

    def _answer(self, action: Callable[[], None]) -> None:
        self._notifier.withdraw_questions()
        action()

    def _compare(self, other: RunSummary) -> None:
        self._notifier.withdraw_questions()
        if self._model.folder is not None:
            self.compareRequested.emit([self._model.folder.path, other.path])

    def _find_other(self) -> RunSummary | None:
        """Return what this run is best compared with: the run it branched off, else the newest on the same data."""
        folder = self._model.folder
        if folder is None:
            return None
        others = [run for run in self.other_runs() if run.path != folder.path and run.steps]
        parent = [run for run in others if folder.info.parent and run.name == folder.info.parent]
        same_data = [run for run in others if run.data == folder.config.data.name]
        return next(iter([*parent, *same_data]), None)


def extension(config: cfg.RunConfig) -> tuple[str, float]:
    """Return the setting that ends a run, and by how much it may be extended: as long again."""
    name = length.deciding_setting(config) or "epochs"
    return name, float(cfg.read(config, name)) or 1.0


def sentence(model: RunModel) -> str:
    """Return how the run ended: "Done after 5 epochs, 4 min. 96 % of its digits are recognisable; ..."."""
    config = run_config(model)
    amount = length.describe(config) if length.deciding_setting(config) else f"{model.step:,} steps"
    seconds = model.history.last("seconds") if len(model.history) else 0.0
    took = f", {format_duration(seconds)}" if seconds > 0 and not config.seconds else ""
    measured = _recent_measure(model)
    return f"Done after {amount}{took}." + (f" {describe_quality(measured, config)}" if measured else "")


def _recent_measure(model: RunModel) -> Measured | None:
    """Return the newest measurement, if it is of the generator that the run ended with."""
    newest = model.measures[-1] if model.measures else None
    return newest if newest is not None and newest.step >= _RECENT_FRACTION * model.step else None


def describe_quality(measured: Measured, config: cfg.RunConfig) -> str:
    """Return a measurement as a sentence without jargon."""
    if measured.js is not None:
        return _describe_points(measured)
    precision = measured.precision or 0.0
    noun = "digits" if catalog.is_digits(config.data.name) else "pictures"
    fraction = max(measured.classes, default=0.0) if measured.classes and len(measured.classes) > 3 else 0.0
    if fraction > _ONE_CLASS_FRACTION and measured.classes:
        name = catalog.class_names(config.data.name, len(measured.classes))[measured.classes.index(fraction)]
        quality = f"{format_percent(fraction)} of its {noun} are taken for one class ({name})"
    elif precision < _MIN_PRECISION:
        quality = f"Only {format_percent(precision)} of its {noun} look real"
    elif measured.sure is not None:
        quality = f"{format_percent(measured.sure)} of its {noun} are recognisable"
    else:
        quality = f"{format_percent(precision)} of its {noun} look real"
    real = f", where real ones have {format_number(measured.fcd_real)}" if measured.fcd_real is not None else ""
    return f"{quality}; their distance from real ones (FCD) is {_round_fcd(measured.distance)}{real}."


def _describe_points(measured: Measured) -> str:
    """Return a measurement of points in few words: the card lies over the plane that they are in."""
    found = ""
    if measured.modes is not None and measured.hq is not None:
        found = f"{measured.modes} of {measured.of_modes} modes, {format_percent(measured.hq)} on them; "
    real = f" (real points {format_number(measured.js_floor)})" if measured.js_floor is not None else ""
    return f"{found}JS {format_number(measured.distance)}{real}."


def _round_fcd(fcd: float) -> str:
    return f"{fcd:,.0f}" if 10 <= fcd < 1e5 else format_number(fcd)


def _shorten(name: str) -> str:
    return name if len(name) <= _MAX_TITLE else f"{name[:_MAX_TITLE]}\N{HORIZONTAL ELLIPSIS}"
