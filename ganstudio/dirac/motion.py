"""What a path in the smallest GAN does, measured from its points alone, and in words."""

import math
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

from ganstudio.text import format_number, format_percent

Floats = npt.NDArray[np.float64]

LONGEST = 20_000  # points of a path that are looked at
_REST_STEPS = 50  # within which a point at rest has not moved
_REST_MOVE = 1e-6  # that counts as not moved, as a fraction of the distance where that is above 1
_ARRIVED = 1e-3  # distance from the equilibrium that counts as none
_SAME = 0.005  # by which the distance may change in a turn of what is called a circle
_STRAIGHT = 0.05  # radians turned in half of the steps by what does not circle
_STRAIGHT_STEPS = 20  # after which that is said
_MAX_TURNS = 4  # that are compared with as many before them
_DIRECTIONS = 256  # in which the distance is compared


class Kind(Enum):
    """What a path does."""

    EARLY = auto()  # less than a turn
    CIRCLES = auto()
    SPIRALS_IN = auto()
    SPIRALS_OUT = auto()
    APPROACHES = auto()  # without circling
    LEAVES = auto()
    ARRIVED = auto()
    STUCK = auto()  # at rest elsewhere
    GONE = auto()  # so far that it ended


@dataclass(frozen=True)
class Motion:
    """What a path does.

    Parameters
    ----------
    kind
        In one word.
    point
        Its newest point, theta and psi.
    turns
        Turns around the equilibrium so far.
    factor
        Distance from the equilibrium as a multiple of what it was a turn ago; without turns, at half of the steps.
    nearest, farthest
        Distances from the equilibrium within the last turn.
    steps
        Steps over which `factor` was found.
    """

    kind: Kind
    point: tuple[float, float]
    turns: float = 0.0
    factor: float = 1.0
    nearest: float = 0.0
    farthest: float = 0.0
    steps: int = 0


def measure_motion(path: Floats, is_over: bool = False) -> Motion:
    """Return what a path, (N, 2), does; `is_over`: it has left the largest distance there is."""
    path = path[-LONGEST:]
    point = (float(path[-1, 0]), float(path[-1, 1]))
    if is_over:
        return Motion(Kind.GONE, point)
    distance = np.hypot(path[:, 0], path[:, 1])
    if distance[-1] < _ARRIVED:
        return Motion(Kind.ARRIVED, point)
    recent = path[-_REST_STEPS - 1 :]
    if len(recent) > _REST_STEPS and float(np.ptp(recent, axis=0).max()) < _REST_MOVE * max(1.0, float(distance[-1])):
        return Motion(Kind.STUCK, point)
    turned = np.abs(_turned(path))  # in radians, since the first point
    return _straight(distance, turned, point) or _turning(distance, turned, point)


def _turned(path: Floats) -> Floats:
    angles: Floats = np.unwrap(np.arctan2(path[:, 1], path[:, 0]))
    turned: Floats = angles - angles[0]
    return turned


def _straight(distance: Floats, turned: Floats, point: tuple[float, float]) -> Motion | None:
    """Return the motion of a path that does not circle; None if it does, or nothing can be said yet."""
    half = len(distance) // 2
    steps = len(distance) - 1 - half
    angle = float(np.ptp(turned[half:]))
    if steps < _STRAIGHT_STEPS or angle > _STRAIGHT or distance[half] == 0:
        return None
    factor = float(distance[-1] / distance[half])
    if abs(math.log(factor)) < angle:
        return None  # it goes around rather than in or out, but slowly
    kind = Kind.APPROACHES if factor < 1 else Kind.LEAVES
    return Motion(kind, point, float(turned[-1]) / math.tau, factor, steps=steps)


def _turning(distance: Floats, turned: Floats, point: tuple[float, float]) -> Motion:
    """Return the motion of a path by its distance, compared with what it was in the same directions some turns ago."""
    turns = float(turned[-1]) / math.tau
    if turns < 1:
        return Motion(Kind.EARLY, point, turns, steps=len(distance) - 1)
    back = max(1, min(_MAX_TURNS, int(turns / 2)))
    compared = min(float(back), turns - back)  # turns
    directions = turned[-1] - math.tau * np.linspace(0.0, compared, _DIRECTIONS, endpoint=compared < back)
    rising, logs = np.maximum.accumulate(turned), np.log(np.maximum(distance, 1e-300))
    now, then = (np.interp(each, rising, logs).mean() for each in (directions, directions - math.tau * back))
    change = float(now - then) / back
    kind = Kind.CIRCLES if abs(change) < _SAME else Kind.SPIRALS_IN if change < 0 else Kind.SPIRALS_OUT
    turn = distance[int(np.flatnonzero(turned <= turned[-1] - math.tau)[-1]) + 1 :]
    return Motion(kind, point, turns, math.exp(change), float(turn.min()), float(turn.max()), len(turn))


# ---- in words ---------------------------------------------------------------------------------------------------


def describe(motion: Motion) -> str:
    """Return a sentence that says what a path does."""
    now = math.hypot(*motion.point)
    away = f"it is now {format_number(now)} away"
    change = format_percent(abs(motion.factor - 1))
    match motion.kind:
        case Kind.EARLY:
            return f"Too early to say: {_steps(motion.steps)}, {motion.turns:.1f} of a turn."
        case Kind.CIRCLES:
            low, high = format_number(motion.nearest), format_number(motion.farthest)
            span = f"stays {low}" if low == high else f"stays between {low} and {high}"
            return f"Circles: turn after turn, the distance from the equilibrium {span}."
        case Kind.SPIRALS_IN:
            return f"Spirals in: each turn ends {change} closer to the equilibrium; {away}."
        case Kind.SPIRALS_OUT:
            return f"Spirals out: each turn ends {change} farther from the equilibrium; {away}."
        case Kind.APPROACHES:
            return f"Comes closer without circling: {change} closer in the last {_steps(motion.steps)}; {away}."
        case Kind.LEAVES:
            return f"Moves away without circling: {change} farther in the last {_steps(motion.steps)}; {away}."
        case Kind.ARRIVED:
            return "At the equilibrium: the fake lies on the real point, and D is flat."
        case Kind.STUCK:
            theta, psi = (format_number(round(each, 4)) for each in motion.point)
            return f"At rest away from the equilibrium, at θ = {theta}, ψ = {psi}: nothing pushes it any further."
        case Kind.GONE:
            return "Moves away without end, and was stopped. Reset, and choose other settings."


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"
