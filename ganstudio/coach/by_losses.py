"""Findings from the losses and opinions of D and G: C1, C2, C6, C7 and C12."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ganstudio.coach.finding import Figure, Severity
from ganstudio.coach.quality import is_far
from ganstudio.coach.record import Numbers, Record
from ganstudio.coach.suspicion import Suspicion
from ganstudio.coach.windows import CLEARED, Flags, Spell, Windows
from ganstudio.config import RunConfig
from ganstudio.objectives import OBJECTIVES, Objective

LOG_4 = math.log(4)

MAX_DEAF = 0.05  # mean D(G(z)) under the minimax loss below which G hears nothing: it is the size of its gradient
MIN_WON_ACCURACY = 0.99  # of D, under losses whose gradient stays
MAX_WON_LOSS = 0.036  # of D, as a multiple of what an undecided D has
MAX_VALUE_LOST = 0.2  # V(D, G) so far below that of a D that always says one half
MIN_INVERSION = 0.02  # mean D(G(z)) - D(x): D takes fakes for more real than what is real
MIN_JOLT = 10.0  # deviations of a single update from the median
MIN_JOLT_RATIO = 3.0  # times the median, so that a loss that hardly varies has no jolts
MIN_JOLTED = 0.5  # a median below it, and below the loss of an undecided network, counts as this
JOLTS = 3  # in a window
BASELINE_STEPS = 2000  # rounds that a jolt is compared with
MIN_BASELINE = 20  # ticks of it
LONG_STEPS = 300  # rounds of a window for what is rare
SHORT_STEPS = 20  # rounds of a window for what cannot wait
MAX_SCORE = 1e4  # of D: float16 ends at 65,504
MIN_RUNAWAY = 100.0  # losses below it do not run away, however they grow
RUNAWAY_STEPS = 1000  # rounds in which they would reach MAX_SCORE
MAX_DISTANCES = 10.0  # Wasserstein loss, as a multiple of the distance between the two most different pictures
MAX_FLAT = 0.01  # mean distance of D(x) and D(G(z)) from one half

SATURATING = ("minimax",)  # losses under which G hears nothing of a D that is sure
UNDECIDED = {  # loss -> size of the losses of D and of G where D is undecided
    "non-saturating": (LOG_4, LOG_4 / 2),
    "minimax": (LOG_4, LOG_4 / 2),
    "least-squares": (0.25, 0.125),
    "wasserstein": (0.0, 0.0),
    "hinge": (2.0, 0.0),
    "relativistic": (LOG_4 / 2, LOG_4 / 2),
}
_STEADY = ("non-saturating", "least-squares")  # losses whose slope stays where D has won, and that are 0 there
_REFRESHED = 64  # ticks after which the median is computed anew at the latest
_DEVIATION = 1.4826  # standard deviations of a normal distribution in its median absolute deviation


def suspicions(record: Record) -> Iterator[Suspicion]:
    """Yield what the losses show."""
    config = record.config_at(record.last_step)
    objective = OBJECTIVES.get(config.objective.loss)  # None: of another package; its numbers may mean anything
    if objective is None or not len(record.ticks):
        return
    yield from _running_away(record, Windows(record, warm_up=False, muted=False, length=SHORT_STEPS), config)
    if config.schedule.mode == "epochs":
        return  # each network is trained for so long that the other is behind most of the time
    yield from _jolts(record, Windows(record, warm_up=False, length=LONG_STEPS))
    for config, during in _by_loss(record):
        objective = OBJECTIVES.get(config.objective.loss)
        windows = Windows(record, during=during)
        yield from _has_won(record, windows, config)
        if objective is not None:
            yield from _worse_than_a_coin(record, windows, objective)
            yield from _flat(record, windows, config, objective)


def _by_loss(record: Record) -> Iterator[tuple[RunConfig, Flags]]:
    """Yield the settings with each loss that was in force, and at which ticks it was, (N,)."""
    steps = record.ticks.column("step")
    changes = [mark.step for mark in record.changes if mark.path == "objective.loss"]
    for begin, end in itertools.pairwise([-1, *changes, record.last_step]):
        if end > begin:
            yield record.config_at(end), (steps > begin) & (steps <= end)


def _has_won(record: Record, windows: Windows, config: RunConfig) -> Iterator[Suspicion]:
    """C1: every change that G tries is judged equally bad."""
    loss = config.objective.loss
    fake, accuracy, d_loss = (record.ticks.column(name) for name in ("d_fake", "d_acc", "d_loss"))
    if loss in SATURATING:
        strong = windows.held(fake < MAX_DEAF, np.isfinite(fake))
        weak = windows.held(fake < MAX_DEAF / CLEARED, np.isfinite(fake))
        for spell in windows.spells(strong, weak, fake < MAX_DEAF):
            value = float(windows.mean(fake)[spell.found])
            figures = (Figure("D(G(z))", value, MAX_DEAF, below=True), _accuracy(windows, accuracy, spell))
            yield windows.suspicion("C1", Severity.RED, spell, figures)
    elif loss in _STEADY:
        undecided, _ = UNDECIDED[loss]
        known = np.isfinite(accuracy) & np.isfinite(d_loss)
        least = _least_loss(config)
        share = (d_loss - least) / (undecided - least)
        won = (accuracy > MIN_WON_ACCURACY) & (share < MAX_WON_LOSS)
        trace = (1 - accuracy < (1 - MIN_WON_ACCURACY) / CLEARED) & (share < MAX_WON_LOSS / CLEARED)
        for spell in windows.spells(windows.held(won, known), windows.held(trace, known), won):
            limit = least + MAX_WON_LOSS * (undecided - least)
            figures = (
                _accuracy(windows, accuracy, spell, MIN_WON_ACCURACY),
                Figure("loss of D", float(windows.mean(d_loss)[spell.found]), limit, below=True),
            )
            suspicion = windows.suspicion("C1", Severity.RED, spell, figures)
            yield replace(suspicion, unsure=True)  # the slope of these losses stays: G may learn all the same


def _least_loss(config: RunConfig) -> float:
    """Return the least loss that D can have: under the cross-entropy, label smoothing leaves some to a perfect D."""
    rest = config.objective.label_smoothing
    if not rest or config.objective.loss != "non-saturating":
        return 0.0
    return -rest * math.log(rest) - (1 - rest) * math.log1p(-rest)


def _accuracy(windows: Windows, accuracy: Numbers, spell: Spell, threshold: float | None = None) -> Figure:
    return Figure("accuracy of D", float(windows.mean(accuracy)[spell.found]), threshold)


def _worse_than_a_coin(record: Record, windows: Windows, objective: Objective) -> Iterator[Suspicion]:
    """C2: D is wrong more often than somebody who always says one half."""
    if objective.probability:
        ticks = record.ticks.column("value")
        value = windows.mean(ticks)
        limit = -LOG_4 - MAX_VALUE_LOST
        for spell in windows.spells(value < limit, value < -LOG_4 - CLEARED * MAX_VALUE_LOST, ticks < limit):
            worst = float(value[spell.found])
            yield windows.suspicion("C2", Severity.AMBER, spell, (Figure("V(D, G)", worst, limit, below=True),))
        return
    real, fake = (windows.mean(record.ticks.column(name)) for name in ("d_real", "d_fake"))
    gap = fake - real
    for spell in windows.spells(gap > MIN_INVERSION, gap > CLEARED * MIN_INVERSION):
        found = spell.found
        figures = (
            Figure("D(G(z)) - D(x)", float(gap[found]), MIN_INVERSION),
            Figure("D(x)", float(real[found])),
            Figure("D(G(z))", float(fake[found])),
        )
        yield windows.suspicion("C2", Severity.AMBER, spell, figures)


def _jolts(record: Record, windows: Windows) -> Iterator[Suspicion]:
    """C6: single updates throw the weights far off."""
    steps = record.ticks.column("step")
    changes = [mark.step for mark in record.changes if mark.path.startswith("objective.")]
    for index, network in enumerate("DG"):
        name = f"{network.lower()}_loss_max"
        values = record.ticks.column(name)
        # D's loss leaps to that of an undecided D when G catches up with it: a good turn, not a jolt.
        usual = np.full(len(values), MIN_JOLTED)
        for config, during in _by_loss(record):
            usual[during] = max(MIN_JOLTED, UNDECIDED.get(config.objective.loss, (0.0, 0.0))[index])
        times = _deviations(values, steps, usual, changes)
        counts = np.nan_to_num(windows.share(times > MIN_JOLT)) * (np.arange(len(steps)) - windows.start + 1)
        trace = np.nan_to_num(windows.share(times > CLEARED * MIN_JOLT)) > 0
        for spell in windows.spells(counts > JOLTS - 0.5, trace, times > MIN_JOLT, twice=False):
            span = slice(spell.began, spell.found + 1)
            worst = spell.began + int(np.nanargmax(times[span]))
            figures = (
                Figure(f"largest loss of {network} in one update", float(values[worst])),
                Figure("deviations from the usual", float(times[worst]), MIN_JOLT),
            )
            yield windows.suspicion("C6", Severity.AMBER, spell, figures)


def _deviations(values: Numbers, steps: Numbers, usual: Numbers, changes: Sequence[int] = ()) -> Numbers:
    """Return how far each value lies above those before it, in robust standard deviations, (N,); nan: not known.

    What is not several times as large as `usual`, (N,), lies above nothing. Values before a change of the loss cannot
    be compared with those after it.
    """
    result = np.full(len(values), np.nan)
    first = np.max([np.where(steps > step, step + 1.0, -np.inf) for step in (-1, *changes)], axis=0)
    begin = np.searchsorted(steps, np.maximum(steps - BASELINE_STEPS, first))
    median = math.nan
    for index in range(MIN_BASELINE, len(values)):
        value = values[index]
        if (
            index - begin[index] >= MIN_BASELINE
            and index % _REFRESHED
            and value - median <= (MIN_JOLT_RATIO - 1) * max(abs(median), usual[index]) / 2
        ):
            result[index] = 0.0  # no jolt by the baseline of a little before
            continue
        past = values[begin[index] : index]
        past = past[np.isfinite(past)]
        if len(past) < MIN_BASELINE:
            continue
        median = float(np.median(past))
        is_high = value - median > (MIN_JOLT_RATIO - 1) * max(abs(median), usual[index])
        deviation = max(_DEVIATION * float(np.median(np.abs(past - median))), 1e-9) if is_high else math.inf
        result[index] = (value - median) / deviation
    return result


def _running_away(record: Record, windows: Windows, config: RunConfig) -> Iterator[Suspicion]:
    """C7: D's scores grow without bound."""
    ticks = record.ticks
    size = np.fmax(np.abs(ticks.column("d_loss")), np.abs(ticks.column("g_loss")))
    mean = windows.mean(size)
    is_distance = config.objective.loss == "wasserstein"
    if is_distance and not config.makes_points:
        limit = MAX_DISTANCES * _widest_distance(config)
        for spell in windows.spells(mean > limit, mean > CLEARED * limit, size > limit):
            figures = (
                Figure("loss, either network", float(mean[spell.found]), limit),
                Figure("largest distance between two pictures", limit / MAX_DISTANCES),
            )
            yield windows.suspicion("C7", Severity.RED, spell, figures)
        return
    # A steep D need not harm small networks on points: they learn well until numbers get too large.
    strong = mean > MAX_SCORE if is_distance else _grows_to(mean, windows)
    for spell in windows.spells(strong, mean > CLEARED * MIN_RUNAWAY, size > MIN_RUNAWAY):
        yield windows.suspicion(
            "C7", Severity.RED, spell, (Figure("loss, either network", float(mean[spell.found]), MAX_SCORE),)
        )


def _grows_to(mean: Numbers, windows: Windows) -> Flags:
    """Return whether the size of the losses has reached, or soon will reach, numbers that overflow, (N,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(mean)
    before = np.maximum(windows.start - 1, 0)
    passed = np.maximum(windows.steps - windows.steps[before], 1)
    slope = (logs - logs[before]) / passed
    ahead = logs + slope * RUNAWAY_STEPS
    soon = (mean > MIN_RUNAWAY) & (slope > 0) & (ahead > math.log(MAX_SCORE))
    result: Flags = (mean > MAX_SCORE) | soon
    return result


def _widest_distance(config: RunConfig) -> float:
    """Return the distance between the two most different pictures."""
    height, width = config.data.sides
    return 2 * math.sqrt(height * width * config.data.channels)


def _flat(record: Record, windows: Windows, config: RunConfig, objective: Objective) -> Iterator[Suspicion]:
    """C12: a penalty holds D so flat that it says one half of everything."""
    penalty = config.penalty
    if not objective.probability or not any((penalty.r1, penalty.r2, penalty.gradient, penalty.dragan, penalty.clip)):
        return
    real, fake = (record.ticks.column(name) for name in ("d_real", "d_fake"))
    off = windows.mean(np.maximum(np.abs(real - 0.5), np.abs(fake - 0.5)))
    for spell in windows.spells(off < MAX_FLAT, off < MAX_FLAT / CLEARED):
        step = int(windows.steps[spell.found])
        measured = (record.measures_since(step) or list(record.measures[-1:]))[:1]
        if not measured or not is_far(measured[0]):
            continue  # or it is the equilibrium
        figures = (Figure("distance of D(x) and D(G(z)) from 0.5", float(off[spell.found]), MAX_FLAT, below=True),)
        one = windows.suspicion("C12", Severity.AMBER, spell, figures)
        yield replace(one, found=max(one.found, measured[0].step))
