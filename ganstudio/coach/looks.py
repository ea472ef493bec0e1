"""Looks at a run that goes on: each judges the newest of its history, and goes on from what the look before found."""

from collections.abc import Sequence
from dataclasses import replace

from ganstudio.coach.finding import Finding
from ganstudio.coach.record import Record
from ganstudio.coach.suspicion import Suspicion

FIRST_TICKS = 20_000  # newest of the history that are judged at the first look
NEXT_TICKS = 5000  # and at each later one


def out_of_sight(before: Sequence[Finding], record: Record) -> list[Finding]:
    """Return what a look before found that began before the newest part of the run that a record has."""
    first = int(record.ticks.column("step")[0]) if len(record.ticks) else 0
    return [one for one in before if one.began < first]


def going_on(suspicions: Sequence[Suspicion], before: Sequence[Finding]) -> list[Suspicion]:
    """Return suspicions with the beginning and the figures that an earlier look saw, if that is out of sight."""
    result = list(suspicions)
    for earlier in before:
        same = [index for index, one in enumerate(result) if is_one(one, earlier)]
        if not same:
            continue
        index = min(same, key=lambda index: result[index].began)
        if result[index].began > earlier.began:
            began, found = earlier.began, earlier.found
            one = replace(result[index], began=began, found=found, sound=earlier.sound, figures=earlier.figures)
            result[index] = one
    return result


def is_one(one: Suspicion | Finding, other: Suspicion | Finding) -> bool:
    """Return whether both are of the same fault in the same time."""
    return one.id == other.id and overlap(one, other)


def overlap(one: Suspicion | Finding, other: Suspicion | Finding) -> bool:
    """Return whether two faults last at the same time; one that begins where the other is over does not."""
    first, second = sorted((one, other), key=lambda each: each.began)
    return first.cleared is None or first.cleared > second.began
