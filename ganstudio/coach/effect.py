"""What changed after a remedy: figures over the stretch before a change of the settings, and over the newest since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ganstudio.coach.finding import Effect
from ganstudio.coach.record import Numbers, Record
from ganstudio.coach.suspicion import Suspicion
from ganstudio.coach.windows import WINDOW_STEPS
from ganstudio.events import Measured

MAX_FIGURES = 2  # of an effect


@dataclass(frozen=True)
class _Gauged:
    """A figure of the ticks: its mean over a stretch."""

    name: str
    columns: tuple[str, ...]
    combine: Callable[..., Numbers] = lambda values: values

    def between(self, record: Record, first: int, last: int) -> float | None:
        """Return its mean over the ticks after a step, up to another; None if it is not known there."""
        steps = record.ticks.column("step")
        during = (steps > first) & (steps <= last)
        values = self.combine(*(record.ticks.column(name)[during] for name in self.columns))
        values = values[np.isfinite(values)]
        return float(values.mean()) if len(values) else None


@dataclass(frozen=True)
class _Measured:
    """A figure of the measurements: the newest of a stretch."""

    name: str
    field: str

    def between(self, record: Record, first: int, last: int) -> float | None:
        """Return its newest value after a step, up to another; None if there is none."""
        found: Sequence[Measured] = [one for one in record.measures_since(first) if one.step <= last]
        value = getattr(found[-1], self.field) if found else None
        return None if value is None else float(value)


_ACCURACY = _Gauged("accuracy of D", ("d_acc",))
_COVERAGE = _Measured("coverage", "coverage")
_MODES = _Measured("modes found", "modes")
_TWINS = _Gauged("pictures of G that have a twin", ("twins_raw",))
_SIZE = _Gauged("loss, either network", ("d_loss", "g_loss"), lambda d, g: np.fmax(np.abs(d), np.abs(g)))
_OFF = _Gauged("distance of D(x) from 0.5", ("d_real",), lambda real: np.abs(real - 0.5))
_FIGURES: dict[str, tuple[_Gauged | _Measured, ...]] = {
    "C1": (_Gauged("D(G(z))", ("d_fake",)), _ACCURACY, _COVERAGE),
    "C2": (_Gauged("V(D, G)", ("value",)), _ACCURACY),
    "C3": (_TWINS, _COVERAGE, _MODES),
    "C4": (_MODES, _COVERAGE),
    "C5": (_Measured("KL of the classes", "kl"), _COVERAGE),
    "C6": (
        _Gauged("largest loss of D", ("d_loss_max",)),
        _Gauged("largest loss of G", ("g_loss_max",)),
    ),
    "C7": (_SIZE,),
    "C8": (_Gauged("change of G's weights", ("g_move",)), _Gauged("change of D's weights", ("d_move",))),
    "C9": (_Gauged("change of G's weights", ("g_move",)), _COVERAGE),
    "C11": (_Gauged("near-copies", ("copies",)), _COVERAGE),
    "C12": (_OFF, _COVERAGE),
    "C14": (_Gauged("distance of the average from G", ("lag",)),),
    "C15": (_Gauged("pictures of another class", ("wrong_class",)),),
}


def after_change(one: Suspicion, record: Record) -> Effect | None:
    """Return what the last change of the settings did since a fault was found; None if nothing is known of it yet."""
    last = record.last_step if one.cleared is None else one.cleared
    changes = [mark for mark in record.changes if one.found <= mark.step <= last]
    if not changes:
        return None
    step = changes[-1].step
    begin, end = max(0, step - WINDOW_STEPS), max(last, min(record.last_step, step + WINDOW_STEPS))
    if end - step < WINDOW_STEPS:
        return None
    figures: list[tuple[str, float, float]] = []
    for figure in _FIGURES.get(one.id, ()):
        before = figure.between(record, begin if isinstance(figure, _Gauged) else 0, step)
        after = figure.between(record, max(step, end - WINDOW_STEPS) if isinstance(figure, _Gauged) else step, end)
        if before is not None and after is not None and len(figures) < MAX_FIGURES:
            figures.append((figure.name, before, after))
    return (
        Effect(step, "; ".join(mark.text for mark in changes if mark.step >= step), tuple(figures)) if figures else None
    )
