"""Findings from the gauges of the ticks: C3, C8, C9, C11 and C15; see `events.Tick` for what they measure.

Runs that were made before there were gauges have none, and nothing is found here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ganstudio.coach.by_losses import MAX_DEAF, SATURATING
from ganstudio.coach.finding import Figure, Severity
from ganstudio.coach.quality import is_far
from ganstudio.coach.record import Numbers, Record
from ganstudio.coach.suspicion import Suspicion
from ganstudio.coach.windows import CLEARED, WARM_UP_EPOCHS, WARM_UP_STEPS, Flags, Windows
from ganstudio.training.schedule import lr_factor

COLLAPSED_NN = 0.4  # distance to the nearest other, relative to real pictures: below it they repeat each other
MAX_TWINS = 0.3  # share of them that have a twin
COLLAPSED_PULSES = 2  # in a row
LATE_EPOCHS = 5  # after which pictures that were all alike from the beginning count as well

MAX_MOVE = 0.05  # of the weights by one update; healthy ones move by a hundredth and less

MIN_MOVE = 1e-5  # of G's weights by one update, below which it stands still
USUAL_RATE = 1e-5  # from which on Adam moves weights further, if they have any gradient
MIN_LEFT = 0.1  # of the learning rate, with less of which it may stand still

MAX_COPIES = 0.3  # share of the pictures
COPY_PULSES = 3
MAX_WRONG = 0.5  # share of the pictures whose class is plain to see
WRONG_PULSES = 2


def suspicions(record: Record) -> Iterator[Suspicion]:
    """Yield what the gauges show."""
    if not len(record.ticks):
        return
    config = record.config_at(record.last_step)
    if config.schedule.mode != "epochs":  # else one of the networks rests, and the other goes to extremes meanwhile
        yield from _collapsed(record)
        yield from _rate_too_high(record)
        yield from _stands_still(record)
    yield from _copies(record)
    yield from _wrong_classes(record)


# ---- pulses --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Readings:
    """What some gauges showed, where all of them are known, after the first rounds; in order of step."""

    steps: Numbers  # (N,)
    values: dict[str, Numbers]  # (N,) each

    @classmethod
    def of(cls, record: Record, *names: str) -> "_Readings":
        columns = {name: record.ticks.column(name) for name in names}
        steps, epochs = record.ticks.column("step"), record.ticks.column("epoch")
        late = (steps >= WARM_UP_STEPS) & (epochs >= WARM_UP_EPOCHS)
        known = late & np.logical_and.reduce([np.isfinite(values) for values in columns.values()])
        return cls(steps[known], {name: values[known] for name, values in columns.items()})

    def series(self, strong: Flags, weak: Flags, count: int, disturbed: list[int]) -> Iterator["_Series"]:
        """Yield the unbroken series of at least `count` readings that show a fault; a weak trace does not end them.

        A change of the settings begins a new count, but does not end what was found.
        """
        began: int | None = None
        shown = 0
        open_series: _Series | None = None
        for index in range(len(self.steps)):
            if open_series is not None:
                if not (weak[index] or strong[index]):
                    yield _Series(open_series.began, open_series.found, index)
                    open_series, began, shown = None, None, 0
                continue
            last = self.steps[index - 1] if index else 0
            if not strong[index] or any(last < step <= self.steps[index] for step in disturbed):
                began, shown = (index, 1) if strong[index] else (None, 0)
            else:
                began, shown = (index if began is None else began), shown + 1
            if began is not None and shown >= count:
                open_series = _Series(began, index, None)
        if open_series is not None:
            yield open_series


@dataclass(frozen=True)
class _Series:
    """Readings that show a fault, by their indices; `cleared` is None if they go on."""

    began: int
    found: int
    cleared: int | None


def _from_readings(
    id: str,
    severity: Severity,
    readings: _Readings,
    flags: tuple[Flags, Flags],
    count: int,
    record: Record,
    figures: Callable[[int], tuple[Figure, ...]],
) -> Iterator[Suspicion]:
    """Yield a fault that so many readings in a row show; `figures` of the one at which it was found."""
    steps = readings.steps
    for one in readings.series(*flags, count, record.disturbances):
        cleared = None if one.cleared is None else int(steps[one.cleared])
        sound = int(steps[one.began - 1]) if one.began else None
        yield Suspicion(
            id, severity, int(steps[one.began]), int(steps[one.found]), cleared, figures(one.found), sound=sound
        )


def _above(values: Numbers, limit: float) -> tuple[Flags, Flags]:
    return values > limit, values > CLEARED * limit


def _collapsed(record: Record) -> Iterator[Suspicion]:
    """C3: G itself makes the same few pictures; the average that is shown may hide it for a while."""
    readings = _Readings.of(record, "nn_raw", "twins_raw")
    nn, twins = readings.values["nn_raw"], readings.values["twins_raw"]
    epochs = record.ticks.column("epoch")[np.searchsorted(record.ticks.column("step"), readings.steps)]
    varied = _varied(record)
    since = varied[0] if len(varied) else np.inf  # until then pictures may still be all alike
    learned = (epochs >= LATE_EPOCHS) | (readings.steps > since)
    strong = (nn < COLLAPSED_NN) & (twins > MAX_TWINS) & learned
    weak = (nn < COLLAPSED_NN / CLEARED) & (twins > CLEARED * MAX_TWINS)

    def figures(index: int) -> tuple[Figure, ...]:
        return (
            Figure("pictures of G that have a twin", float(twins[index]), MAX_TWINS),
            Figure("distance to the nearest other, beside real pictures", float(nn[index]), COLLAPSED_NN, below=True),
        )

    for one in _from_readings("C3", Severity.RED, readings, (strong, weak), COLLAPSED_PULSES, record, figures):
        sound = varied[varied < one.began]
        yield replace(one, sound=int(sound[-1]) if len(sound) else None)


def _varied(record: Record) -> Numbers:
    """Return the steps at which what G makes was varied, (N,), in order."""
    nn, twins, steps = (record.ticks.column(name) for name in ("nn_raw", "twins_raw", "step"))
    return steps[(nn > COLLAPSED_NN) & (twins < MAX_TWINS)]


def _copies(record: Record) -> Iterator[Suspicion]:
    """C11: what G makes are near-copies of the data."""
    readings = _Readings.of(record, "copies")
    copies = readings.values["copies"]

    def figures(index: int) -> tuple[Figure, ...]:
        return (Figure("near-copies among the pictures", float(copies[index]), MAX_COPIES),)

    yield from _from_readings("C11", Severity.AMBER, readings, _above(copies, MAX_COPIES), COPY_PULSES, record, figures)


def _wrong_classes(record: Record) -> Iterator[Suspicion]:
    """C15: G does not draw the class that it is asked for."""
    readings = _Readings.of(record, "wrong_class")
    wrong = readings.values["wrong_class"]

    def figures(index: int) -> tuple[Figure, ...]:
        return (Figure("clear pictures of another class than asked for", float(wrong[index]), MAX_WRONG),)

    yield from _from_readings("C15", Severity.AMBER, readings, _above(wrong, MAX_WRONG), WRONG_PULSES, record, figures)


# ---- how the weights move ------------------------------------------------------------------------------------------


def _rate_too_high(record: Record) -> Iterator[Suspicion]:
    """C8: each update changes a large part of the weights."""
    windows = Windows(record)
    settings = record.config_at(record.last_step).optimizer
    for network, rate in (("G", settings.g_lr), ("D", settings.d_lr)):
        move = record.ticks.column(f"{network.lower()}_move")
        known = np.isfinite(move)
        size, showing = windows.mean(move), known & (move > MAX_MOVE)
        strong, weak = windows.held(showing, known), windows.held(move > CLEARED * MAX_MOVE, known)
        for spell in windows.spells(strong, weak, showing):
            figures = (
                Figure(f"change of {network}'s weights by one update", float(size[spell.found]), MAX_MOVE),
                Figure(f"learning rate of {network}", rate),
            )
            one = windows.suspicion("C8", Severity.AMBER, spell, figures)
            # Small networks may learn well with such steps: it is a fault only where something else shows it.
            yield replace(one, words={"network": network}, unsure=True)


def _stands_still(record: Record) -> Iterator[Suspicion]:
    """C9: most layers of G no longer move, although its learning rate should move them."""
    windows = Windows(record)
    move = record.ticks.column("g_move")
    known = np.isfinite(move) & _may_move(record) & ~_hears_nothing(record)
    still = move < MIN_MOVE
    strong, weak = windows.held(still & known, known), windows.held((move < MIN_MOVE / CLEARED) & known, known)
    weak |= ~(np.nan_to_num(windows.share(known)) > 0)  # what is not known is not over
    mean = windows.mean(np.where(known, move, np.nan))
    for spell in windows.spells(strong, weak, still & known):
        no_gradient = float(mean[spell.found]) == 0.0  # in most layers: no healthy network has that
        if not (no_gradient or _is_bad(record, int(windows.steps[spell.found]))):
            continue
        figures = (
            Figure("change of G's weights by one update", float(mean[spell.found]), MIN_MOVE, below=True),
            Figure("G's learning rate", record.config_at(int(windows.steps[spell.found])).optimizer.g_lr),
        )
        one = windows.suspicion("C9", Severity.AMBER, spell, figures)
        settings = record.config_at(one.found).optimizer
        dead = settings.name == "adam" and settings.g_lr >= USUAL_RATE
        yield replace(one, story="C9 dead" if dead else "")


def _may_move(record: Record) -> Flags:
    """Return whether the learning rate at each tick is one that should move the weights, (N,)."""
    steps = record.ticks.column("step")
    decay, total = record.config.optimizer.decay, record.total_steps
    if decay == "constant" or not total:  # of a run that ends after some time, how far the rate has fallen is not known
        return np.full(len(steps), decay == "constant")
    return np.array([lr_factor(decay, step / total) >= MIN_LEFT for step in steps.tolist()])


def _hears_nothing(record: Record) -> Flags:
    """Return at which ticks G gets no gradient because D has won, which is a fault of its own, (N,)."""
    if record.config_at(record.last_step).objective.loss not in SATURATING:
        return np.zeros(len(record.ticks), dtype=bool)
    return record.ticks.column("d_fake") < MAX_DEAF / CLEARED


def _is_bad(record: Record, step: int) -> bool:
    """Return whether G has much to learn: by the last measurement until then, or because its pictures are twins."""
    known = [one for one in record.measures if one.step <= step]
    if known and is_far(known[-1]):
        return True
    twins, steps = record.ticks.column("twins_raw"), record.ticks.column("step")
    pulses = np.flatnonzero(np.isfinite(twins) & (steps <= step))
    return bool(len(pulses)) and bool(twins[pulses[-1]] > 0.5)
