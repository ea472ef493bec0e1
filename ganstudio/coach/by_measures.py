"""Findings from measurements and grids: C3, C4, C5, C9 and C13."""

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from ganstudio.coach.finding import Figure, Severity
from ganstudio.coach.quality import has_learned, is_far, is_presentable
from ganstudio.coach.record import Drift, Numbers, Record
from ganstudio.coach.suspicion import Suspicion
from ganstudio.coach.windows import CLEARED, WARM_UP_STEPS
from ganstudio.data import catalog
from ganstudio.events import Measured

COLLAPSED_MODES = 0.25  # share of the modes
COLLAPSED_SHARE = 0.5  # of the best recall and coverage so far
MIN_BEST = 0.2  # these had been at least
COLLAPSED_MEASURES = 2  # in a row

MISSING_SHARE = 0.2  # of what a class has in the data
MISSING_CHANCE = 1e-6  # probability of so few by chance
MISSING_MEASURES = 3  # in a row
EVEN_KL = 0.02  # how far KL may be from what evenly spread classes have, before the data is called uneven

CIRCLING_CHANGE = 0.4  # sum of the changes of the classes' shares from one measurement to the next
CIRCLING_MEASURES = 5  # judged together
CIRCLING_CHANGES = 3  # of them that must be so large

ASLEEP_DRIFT = 0.02  # in a thousand rounds; healthy runs have 0.2 and more
ASLEEP_DRIFTS = 3  # in a row
ASLEEP_STEPS = 600  # rounds that they span
DECAYED = 0.9  # share of a run with falling rates after which nothing moves, as it should

SETTLED_MEASURES = 6  # judged together
SETTLED_CHANGE = 0.03  # of the distance, over all of them
SETTLED_CHANCE = 0.2  # probability of the trend by chance
SETTLED_SHARE = 0.03  # of recall and coverage, likewise


def suspicions(record: Record) -> Iterator[Suspicion]:
    """Yield what measurements and grids show."""
    measures = _comparable(record)
    yield from _collapsed(measures)
    if not record.config.network.conditional:  # else the classes are those that G is told to make
        yield from _missing(record, measures)
        yield from _circling(measures)
    yield from _asleep(record)
    yield from _settled(record)


def _comparable(record: Record) -> list[Measured]:
    """Return the measurements to judge, after the first rounds."""
    return [one for one in record.measures_since(WARM_UP_STEPS) if one.epoch > 1 or one.js is not None]


# ---- C3: G makes few different things ------------------------------------------------------------------------------


def _collapsed(measures: Sequence[Measured]) -> Iterator[Suspicion]:
    flags = [
        _modes_collapsed(one) if one.of_modes else _lost_variety(measures[:index], one)
        for index, one in enumerate(measures)
    ]
    for first, last, cleared in _series(measures, flags, COLLAPSED_MEASURES):
        one = last
        if one.of_modes and one.modes is not None:
            figures = (
                Figure("modes found", one.modes, _collapsed_modes(one.of_modes) + 1, below=True),
                Figure("points on a mode", one.hq or 0.0),
            )
        else:
            figures = (Figure("coverage", one.coverage or 0.0), Figure("recall", one.recall or 0.0))
        index = measures.index(first)
        sound = measures[index - 1].step if index else first.step - 1
        yield Suspicion("C3", Severity.RED, first.step, last.step, cleared, figures, sound=sound)


def _modes_collapsed(one: Measured) -> bool:
    found, of = one.modes, one.of_modes
    return found is not None and bool(of) and found <= _collapsed_modes(of or 0) and is_presentable(one)


def _collapsed_modes(of: int) -> int:
    """Return how many modes are a collapse: one of three, two of eight."""
    return max(int(COLLAPSED_MODES * of), 1) if of > 2 else 0


def _lost_variety(earlier: Sequence[Measured], one: Measured) -> bool:
    """Return whether pictures that still look real have lost the variety that they had."""
    if not is_presentable(one) or one.coverage is None or one.recall is None:
        return False
    coverage = max((each.coverage or 0.0 for each in earlier), default=0.0)
    recall = max((each.recall or 0.0 for each in earlier), default=0.0)
    had = min(coverage, recall) >= MIN_BEST
    return had and one.coverage < COLLAPSED_SHARE * coverage and one.recall < COLLAPSED_SHARE * recall


# ---- C4: kinds are missing -----------------------------------------------------------------------------------------


def _missing(record: Record, measures: Sequence[Measured]) -> Iterator[Suspicion]:
    flags = []
    for index, one in enumerate(measures):
        before = measures[max(0, index - MISSING_MEASURES + 1) : index + 1]
        flags.append(bool(_missing_modes(before)) if one.of_modes else bool(_missing_in_all(before)))
    for first, last, cleared in _series(measures, flags, 1):
        index = measures.index(last)
        before = measures[max(0, index - MISSING_MEASURES + 1) : index + 1]
        began = before[0].step
        if last.of_modes:
            figures: tuple[Figure, ...] = (Figure("modes found", last.modes or 0, last.of_modes, below=True),)
            lost = last.of_modes - (last.modes or 0)
            words = {"kinds": f"{lost} of {last.of_modes} modes" if lost > 1 else f"1 of {last.of_modes} modes"}
        else:
            absent = sorted(_missing_in_all(before))
            shares = last.classes or ()
            names = catalog.class_names(record.config.data.name, len(shares))
            limit = MISSING_SHARE / len(shares)
            figures = tuple(Figure(f"share of class {names[each]}", shares[each], limit, below=True) for each in absent)
            words = {"kinds": f"class{'es' if len(absent) > 1 else ''} {_list(names[each] for each in absent)}"}
        yield Suspicion("C4", Severity.AMBER, min(began, first.step), last.step, cleared, figures, words)


def _missing_modes(measures: Sequence[Measured]) -> int:
    """Return how many modes are missing in all of these measurements without any progress; 0 if it gets better."""
    if len(measures) < MISSING_MEASURES or not all(is_presentable(one) for one in measures):
        return 0
    found = [one.modes or 0 for one in measures]
    lost = (measures[-1].of_modes or 0) - max(found)
    return lost if max(found) <= found[0] else 0


def _missing_in_all(measures: Sequence[Measured]) -> set[int]:
    """Return the classes that hardly occur in all of these measurements."""
    if len(measures) < MISSING_MEASURES:
        return set()
    return set.intersection(*(_missing_classes(one) for one in measures))


def _missing_classes(one: Measured) -> set[int]:
    """Return the classes that G hardly makes; none where the data may hardly have them, either."""
    if not one.classes or not is_presentable(one) or not _is_even(one):
        return set()
    usual = 1 / len(one.classes)
    return {
        index
        for index, share in enumerate(one.classes)
        if share < MISSING_SHARE * usual and _chance(round(share * one.count), one.count, usual) < MISSING_CHANCE
    }


def _is_even(one: Measured) -> bool:
    """Return whether the data has its classes equally often: then KL is that from equal shares."""
    if one.kl is None or not one.classes:
        return False
    kl = sum(share * math.log(share * len(one.classes)) for share in one.classes if share > 0)
    return abs(kl - one.kl) <= EVEN_KL + 0.1 * kl


def _chance(count: int, of: int, share: float) -> float:
    """Return the probability of at most `count` among `of`, each with this probability."""
    terms = [
        math.lgamma(of + 1)
        - math.lgamma(k + 1)
        - math.lgamma(of - k + 1)
        + k * math.log(share)
        + (of - k) * math.log1p(-share)
        for k in range(count + 1)
    ]
    return sum(math.exp(term) for term in terms)


def _list(names: Iterator[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


# ---- C5: going in circles ------------------------------------------------------------------------------------------


def _circling(measures: Sequence[Measured]) -> Iterator[Suspicion]:
    known = [one for one in measures if one.classes and is_presentable(one)]
    flags = [_circles(known[max(0, index - CIRCLING_MEASURES + 1) : index + 1]) for index in range(len(known))]
    for _, last, cleared in _series(known, flags, 1):
        index = known.index(last)
        span = known[max(0, index - CIRCLING_MEASURES + 1) : index + 1]
        change = float(np.median(_class_changes(span)))
        figures = (Figure("change of the classes' shares", change, CIRCLING_CHANGE),)
        yield Suspicion("C5", Severity.AMBER, span[0].step, last.step, cleared, figures)


def _class_changes(measures: Sequence[Measured]) -> list[float]:
    pairs = itertools.pairwise(measures)
    return [sum(abs(a - b) for a, b in zip(one.classes or (), two.classes or (), strict=False)) for one, two in pairs]


def _circles(measures: Sequence[Measured]) -> bool:
    """Return whether G makes other kinds each time, while it makes all of them on average."""
    if len(measures) < CIRCLING_MEASURES:
        return False
    large = [change for change in _class_changes(measures) if change > CIRCLING_CHANGE]
    mean = np.mean([one.classes for one in measures if one.classes], axis=0)
    each = [_imbalance(np.array(one.classes)) for one in measures]
    return len(large) >= CIRCLING_CHANGES and _imbalance(mean) < min(each) / 2


def _imbalance(shares: Numbers) -> float:
    present = shares[shares > 0]
    return float(np.sum(present * np.log(present * len(shares))))


# ---- C9: asleep ----------------------------------------------------------------------------------------------------


def _asleep(record: Record) -> Iterator[Suspicion]:
    config = record.config
    if config.schedule.mode == "epochs" or config.begin.source:
        return  # G rests for whole epochs, or waits for D
    if config.makes_points:
        return  # their picture is one of cells, between which points jump however slowly they move
    drifts = [one for one in record.drifts if one.start >= WARM_UP_STEPS and _may_move(record, one)]
    asleep = [one.per_thousand < ASLEEP_DRIFT for one in drifts]
    began: int | None = None
    for index, one in enumerate(drifts):
        if not asleep[index]:
            began = None
            continue
        began = index if began is None else began
        series = drifts[began : index + 1]
        if len(series) < ASLEEP_DRIFTS or one.end - series[0].start < ASLEEP_STEPS or not _was_far(record, one.end):
            continue
        awake = [later for later in drifts[index + 1 :] if later.per_thousand > ASLEEP_DRIFT / CLEARED]
        cleared = awake[0].end if awake else None
        figures = (Figure("change of the pictures in 1,000 rounds", one.per_thousand, ASLEEP_DRIFT, below=True),)
        yield Suspicion("C9", Severity.AMBER, series[0].start, one.end, cleared, figures)
        return


def _may_move(record: Record, drift: Drift) -> bool:
    """Return whether the learning rate at that time is one that should move the pictures."""
    config = record.config_at(drift.end)
    return config.optimizer.decay == "constant" or not record.total_steps or drift.end < DECAYED * record.total_steps


def _was_far(record: Record, step: int) -> bool:
    """Return whether the last measurement until then found that G has much to learn."""
    known = [one for one in record.measures if one.step <= step]
    return bool(known) and is_far(known[-1])


# ---- C13: settled --------------------------------------------------------------------------------------------------


def _settled(record: Record) -> Iterator[Suspicion]:
    since = max([WARM_UP_STEPS, *record.disturbances])
    measures = record.measures_since(since)[-SETTLED_MEASURES:]
    if len(measures) < SETTLED_MEASURES or record.config_at(record.last_step).optimizer.decay != "constant":
        return
    distances = np.array([one.distance for one in measures])
    if not np.isfinite(distances).all():
        return
    change = _trend(distances)
    calm = all(_is_calm([getattr(one, name) for one in measures]) for name in ("recall", "coverage", "hq"))
    if (
        has_learned(measures[-1])
        and abs(change) < SETTLED_CHANGE
        and _trend_chance(distances) > SETTLED_CHANCE
        and calm
    ):
        name = measures[-1].distance_name
        figures = (
            Figure(f"change of {name} over {SETTLED_MEASURES} measurements", abs(change), SETTLED_CHANGE, True),
            Figure(name, measures[-1].distance),
        )
        yield Suspicion("C13", Severity.GREEN, measures[0].step, measures[-1].step, None, figures)


def _is_calm(values: Sequence[float | None]) -> bool:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return True
    half = len(known) // 2
    return abs(float(np.mean(known[half:])) - float(np.mean(known[:half]))) < SETTLED_SHARE


def _trend(values: Numbers) -> float:
    """Return the change over all values by the median slope (Theil and Sen), as a share of their mean."""
    count = len(values)
    slopes = [(values[j] - values[i]) / (j - i) for i in range(count) for j in range(i + 1, count)]
    return float(np.median(slopes)) * (count - 1) / max(float(np.mean(values)), 1e-12)


def _trend_chance(values: Numbers) -> float:
    """Return the probability of such a trend by chance: the two-sided test of Mann and Kendall."""
    count = len(values)
    score = sum(float(np.sign(values[j] - values[i])) for i in range(count) for j in range(i + 1, count))
    deviation = math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    return math.erfc(max(0.0, abs(score) - 1) / deviation / math.sqrt(2))


# ---- series --------------------------------------------------------------------------------------------------------


def _series(
    measures: Sequence[Measured], flags: Sequence[bool], count: int
) -> Iterator[tuple[Measured, Measured, int | None]]:
    """Yield (first, the one at which it was found, step at which it was over) of each unbroken series of flags."""
    index = 0
    while index < len(flags):
        if not flags[index]:
            index += 1
            continue
        first = index
        while index < len(flags) and flags[index]:
            index += 1
        if index - first >= count:
            cleared = measures[index].step if index < len(flags) else None
            yield measures[first], measures[first + count - 1], cleared
