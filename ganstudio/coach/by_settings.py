"""Findings that follow from the settings and the progress alone: C14."""

import itertools
from collections.abc import Iterator

import numpy as np

from ganstudio.coach.finding import Figure, Severity
from ganstudio.coach.record import Numbers, Record
from ganstudio.coach.suspicion import Suspicion
from ganstudio.coach.windows import CLEARED, WARM_UP_STEPS

MAX_UNTRAINED = 0.5  # share of G's first weights in G_ema
LAG_EPOCHS = 0.2  # after so many epochs


def suspicions(record: Record) -> Iterator[Suspicion]:
    """Yield what the settings show."""
    yield from _lagging(record)


def _lagging(record: Record) -> Iterator[Suspicion]:
    """C14: the pictures are still made mostly by the G that the run began with."""
    ticks = record.ticks
    if not len(ticks) or record.config.begin.source or record.config_at(record.last_step).ema.show_raw:
        return  # a G that has begun as a trained one is no noise
    steps = ticks.column("step")
    weight = _first_weights(record)
    judged = (ticks.column("epoch") > LAG_EPOCHS) & (steps > WARM_UP_STEPS)
    late = np.flatnonzero(judged & (weight > MAX_UNTRAINED))
    if not len(late):
        return
    over = np.flatnonzero((weight < CLEARED * MAX_UNTRAINED) & (np.arange(len(weight)) > late[0]))
    cleared = int(steps[over[0]]) if len(over) else None
    last = late[-1] if cleared is None else late[0]
    figures = (Figure("share of the first weights in G_ema", float(weight[last]), MAX_UNTRAINED),)
    yield Suspicion("C14", Severity.INFO, 0, int(steps[late[0]]), cleared, figures)


def _first_weights(record: Record) -> Numbers:
    """Return the share of G's first weights in G_ema at each tick, (N,), from the half-life in force at the time."""
    images = record.ticks.column("images")
    steps = record.ticks.column("step")
    halvings = np.zeros(len(images))
    changes = [0, *(mark.step for mark in record.changes if mark.path.startswith("ema.")), record.last_step + 1]
    seen = np.concatenate(([0.0], images[:-1]))
    for begin, end in itertools.pairwise(changes):
        during = (steps > begin) & (steps <= end)
        ema = record.config_at(end).ema
        middle = (seen[during] + images[during]) / 2
        half_life = (
            np.minimum(ema.half_life, middle * ema.warm_up) if ema.warm_up else np.full(len(middle), ema.half_life)
        )
        halvings[during] = (images[during] - seen[during]) / np.maximum(half_life, 1e-8)
    return np.asarray(0.5 ** np.cumsum(halvings), dtype=np.float64)
