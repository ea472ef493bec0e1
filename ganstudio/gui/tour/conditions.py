"""Conditions of the tour: what a step waits for, and what it needs. Each is a function of the facts."""

from collections.abc import Callable

from ganstudio.events import ByHand, ManualUpdate, MarkKind, RunStatus
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.tour.facts import Facts

RING, RING_DATA = "lab-ring-endless", "lab-ring-8"  # preset of the part on points, and its data set
MIN_LEARNED_STEPS = 1500  # rounds after which G has found the ring
MAX_BROKEN_RATE = 2e-5  # of D: with less it hardly learns
MIN_SOUND_RATE = 2e-4
MIN_MODES = 7  # of the ring's eight: found
MIN_ON_MODES = 0.6  # share of the points on them, where it is learned for the first time
RECOVERY_STEPS = 1500  # rounds after the last change, where nothing is measured

_IN_PROGRESS = (RunStatus.STARTING, RunStatus.TRAINING, RunStatus.PAUSED)
_RATE = "optimizer.d_lr"
_TURNS = (MarkKind.CHANGE, MarkKind.RESUME, MarkKind.BRANCH)  # after which the run has to find its balance again


def shows_pictures(facts: Facts) -> bool:
    """Return whether the latent explorer has pictures to morph."""
    return not run_config(facts.model).makes_points


def has_morphed(facts: Facts) -> bool:
    """Return whether the user moved through the latent space."""
    return facts.has_morphed


def is_in_progress(facts: Facts) -> bool:
    """Return whether a run trains here or is paused."""
    return facts.model.status in _IN_PROGRESS


def is_training(facts: Facts) -> bool:
    """Return whether a run trains here and is not paused."""
    return facts.model.status in (RunStatus.STARTING, RunStatus.TRAINING)


def is_paused(facts: Facts) -> bool:
    """Return whether the run is paused."""
    return facts.model.status == RunStatus.PAUSED


def is_free(facts: Facts) -> bool:
    """Return whether another preset can be chosen."""
    return not facts.model.is_busy and facts.model.status != RunStatus.FOLLOWING


def has_stepped_d(facts: Facts) -> bool:
    """Return whether D was updated by hand in this run."""
    return any(isinstance(mark, ByHand) and mark.what == ManualUpdate.D for mark in facts.model.marks)


def has_ring(facts: Facts) -> bool:
    """Return whether the ring that the tour asks for is set up, or open: no other run of points."""
    config = facts.model.config
    return config.preset == RING and config.data.name == RING_DATA


def has_learned_ring(facts: Facts) -> bool:
    """Return whether the ring has been trained for long enough, or all of it was found."""
    model = facts.model
    last = model.measures[-1] if model.measures else None
    is_found = last is not None and (last.modes or 0) >= MIN_MODES and (last.hq or 0.0) >= MIN_ON_MODES
    return has_ring(facts) and is_in_progress(facts) and (is_found or model.step >= MIN_LEARNED_STEPS)


def is_broken(facts: Facts) -> bool:
    """Return whether D hardly learns from the ring, or the coach has found a fault that has another reason."""
    is_ring = has_ring(facts) and is_in_progress(facts)
    return is_ring and (facts.model.config.optimizer.d_lr <= MAX_BROKEN_RATE or has_fault(facts))


def was_broken(facts: Facts) -> bool:
    """Return whether the ring is broken, or was and is mended."""
    return is_broken(facts) or is_treated(facts)


def has_fault(facts: Facts) -> bool:
    """Return whether the coach finds a fault at the moment."""
    return bool(facts.faults)


def is_noticed(facts: Facts) -> bool:
    """Return whether the coach finds a fault in the ring, or it was mended before."""
    return has_ring(facts) and (has_fault(facts) or is_treated(facts))


def is_explained(facts: Facts) -> bool:
    """Return whether the coach shows a fault in the ring, or it was mended before."""
    return has_ring(facts) and ((facts.coach_is_shown and has_fault(facts)) or is_treated(facts))


def is_treated(facts: Facts) -> bool:
    """Return whether a remedy was taken for the ring, or D's learning rate was set back by other means."""
    if not has_ring(facts):
        return False
    rate = facts.model.config.optimizer.d_lr
    was_broken = any(mark.path == _RATE and _is_small(mark.new) for mark in facts.model.marks)
    return rate > MAX_BROKEN_RATE and (facts.has_treated or (was_broken and rate >= MIN_SOUND_RATE))


def has_recovered(facts: Facts) -> bool:
    """Return whether all is well again in the ring since the last change, by measurements where there are any."""
    model = facts.model
    is_sound = not has_fault(facts) and model.config.optimizer.d_lr > MAX_BROKEN_RATE
    if not (has_ring(facts) and is_training(facts) and is_sound):
        return False
    since = max((mark.step for mark in model.marks if mark.kind in _TURNS), default=0)
    if model.measures and model.measures[-1].step > since and model.measures[-1].modes is not None:
        return model.measures[-1].modes >= MIN_MODES
    return model.step >= since + RECOVERY_STEPS


def _is_small(value: object) -> bool:
    return isinstance(value, float) and value <= MAX_BROKEN_RATE


CONDITIONS: dict[str, Callable[[Facts], bool]] = {
    condition.__name__: condition
    for condition in (
        shows_pictures,
        has_morphed,
        is_in_progress,
        is_training,
        is_paused,
        is_free,
        has_stepped_d,
        has_ring,
        has_learned_ring,
        is_broken,
        was_broken,
        has_fault,
        is_noticed,
        is_explained,
        is_treated,
        has_recovered,
    )
}
