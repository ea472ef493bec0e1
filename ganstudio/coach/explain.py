"""All findings of a run, from its record."""

import dataclasses
from collections.abc import Sequence

from ganstudio.coach import by_gauges, by_losses, by_measures, by_settings, looks, remedies, words
from ganstudio.coach.effect import after_change
from ganstudio.coach.finding import SEVERITIES, Effect, Finding, Severity
from ganstudio.coach.quality import is_far
from ganstudio.coach.record import Record
from ganstudio.coach.suspicion import Suspicion
from ganstudio.coach.windows import WINDOW_STEPS

# What is said already: (of a finding, by which one in the same time).
_SAID_BY = (("C6", "C7"), ("C4", "C3"), ("C8", "C7"), ("C2", "C8"), ("C15", "C3"))
_SHAKEN = ("C1", "C2", "C6", "C7")  # what too high a rate does to the losses
_LEARNS = 0.75  # of the distance at the first measurement: G learns well, whatever the losses say


def explain(record: Record, before: Sequence[Finding] = ()) -> list[Finding]:
    """Return what the coach finds in a run: what lasts first, the worst first, then in order of time.

    Parameters
    ----------
    record
        The run, or the newest of it.
    before
        What the look before found in a run that goes on: of faults that began before the record does, the beginning.
    """
    kinds = (by_losses, by_gauges, by_measures, by_settings)
    suspicions = [one for kind in kinds for one in kind.suspicions(record)]
    shaken = [one for one in suspicions if one.id in _SHAKEN and not one.unsure]
    suspicions = [known for one in suspicions if (known := _weighed(one, record, shaken)) is not None]
    if any(one.cleared is None and one.severity in (Severity.RED, Severity.AMBER) for one in suspicions):
        suspicions = [one for one in suspicions if one.severity != Severity.GREEN]  # it has settled in a bad place
    before = looks.out_of_sight(before, record)
    suspicions = looks.going_on(_without_doubles(sorted(suspicions, key=_is_over)), before)
    findings = [_finding(one, record, before) for one in suspicions]
    findings += [one for one in before if not one.is_open and not any(looks.is_one(one, other) for other in suspicions)]
    return sorted(findings, key=lambda one: (not one.is_open, SEVERITIES.index(one.severity), one.began))


def _weighed(one: Suspicion, record: Record, shaken: Sequence[Suspicion]) -> Suspicion | None:
    """Return a suspicion in the light of measurements: None where they disprove it, milder where there are none.

    A rate that is too high, one of `shaken` may show as well.
    """
    if one.id not in ("C1", "C8"):
        return one
    if one.id == "C8" and (signs := [other.found for other in shaken if looks.overlap(one, other)]):
        return dataclasses.replace(one, found=max(one.found, min(signs)))
    since = [each for each in record.measures if each.step > one.began]
    since = [each for each in since if one.cleared is None or each.step <= one.cleared]
    if len(since) > 1 and since[-1].distance < _LEARNS * since[0].distance:
        return None
    if one.unsure:
        if len(since) < 2 or not is_far(since[-1]):
            return None
        return dataclasses.replace(one, found=max(one.found, since[1].step))
    return one if since and is_far(since[-1]) else dataclasses.replace(one, severity=Severity.AMBER)


def _is_over(one: Suspicion) -> bool:
    return one.cleared is not None


def _without_doubles(suspicions: list[Suspicion]) -> list[Suspicion]:
    """Return the same without those that say what another one says in the same time."""
    kept: list[Suspicion] = []
    for one in suspicions:
        is_said = any(
            (one.id, other.id) in _SAID_BY and looks.overlap(one, other) and _is_over(other) <= _is_over(one)
            for other in suspicions
        )
        if not is_said and not any(looks.is_one(one, other) for other in kept):
            kept.append(one)
    return kept


def _finding(one: Suspicion, record: Record, before: Sequence[Finding]) -> Finding:
    return Finding(
        one.id,
        one.severity,
        one.began,
        one.found,
        one.cleared,
        words.title(one.story or one.id, one.words),
        words.text(one.story or one.id),
        one.figures,
        remedies.propose(one, record) if one.cleared is None else (),
        _cleared_by(one, record),
        after_change(one, record) or _known_effect(one, record, before),
        one.sound,
    )


def _known_effect(one: Suspicion, record: Record, before: Sequence[Finding]) -> Effect | None:
    """Return what the last change did as an earlier look saw it, if what was before the change is out of sight."""
    effect = next((other.effect for other in before if looks.is_one(one, other)), None)
    changes = [mark.step for mark in record.felt_changes if one.found <= mark.step]
    begins = int(record.ticks.column("step")[0]) + WINDOW_STEPS
    return effect if effect and changes and effect.step == changes[-1] < begins else None


def _cleared_by(one: Suspicion, record: Record) -> str:
    """Return the last change of a setting before it was over, in words; "" if there was none since it was found."""
    if one.cleared is None:
        return ""
    changes = [mark for mark in record.felt_changes if one.found <= mark.step <= one.cleared]
    return changes[-1].text if changes else ""
