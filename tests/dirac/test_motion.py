"""What a path does is measured from its points."""

import math

import numpy as np
import pytest

from ganstudio.dirac.motion import Kind, Motion, describe, measure_motion

TURN = 40.3  # steps: no point lies where one did a turn ago

LINE = np.outer(1.01 ** np.arange(101), [1.0, 0.5])  # away from the equilibrium
SLOW = 1.5 * np.array([np.cos(np.arange(101) / 2000), np.sin(np.arange(101) / 2000)]).T  # a small part of a circle


def spiral(factor: float, turns: float, high: float = 1.0) -> np.ndarray:
    """Points on a spiral whose distance is multiplied by `factor` in a turn; `high` makes it an ellipse."""
    count = np.arange(round(turns * TURN) + 1) / TURN
    return 1.5 * (factor**count * np.array([np.cos(math.tau * count), -high * np.sin(math.tau * count)])).T


@pytest.mark.parametrize("turns", [1.3, 2.6, 9.2])
@pytest.mark.parametrize("high", [1.0, 0.6])
@pytest.mark.parametrize(
    ("factor", "kind"), [(1.0, Kind.CIRCLES), (0.9, Kind.SPIRALS_IN), (0.98, Kind.SPIRALS_IN), (1.2, Kind.SPIRALS_OUT)]
)
def test_the_distance_is_compared_turn_by_turn(turns: float, high: float, factor: float, kind: Kind) -> None:
    motion = measure_motion(spiral(factor, turns, high))
    assert motion.kind is kind
    assert motion.factor == pytest.approx(factor, abs=0.005)
    assert motion.turns == pytest.approx(turns, abs=0.1)


def test_what_it_did_long_ago_does_not_count() -> None:
    out = spiral(1.3, 6)
    back = spiral(0.8, 10) * 1.3**6
    assert measure_motion(np.concatenate([out, back])).kind is Kind.SPIRALS_IN


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (spiral(1.0, 3), "Circles: turn after turn, the distance from the equilibrium stays 1.50."),
        (spiral(1.0, 3, 0.5), "Circles: turn after turn, the distance from the equilibrium stays between 0.75"),
        (spiral(0.75, 3), "Spirals in: each turn ends 25\N{NARROW NO-BREAK SPACE}% closer"),
        (spiral(1.5, 3), "Spirals out: each turn ends 50\N{NARROW NO-BREAK SPACE}% farther"),
        (spiral(0.9, 0.5), "Too early to say: 20 steps, 0.5 of a turn."),
        (SLOW, "Too early to say: 100 steps, 0.0 of a turn."),
        (LINE[::-1], "Comes closer without circling: 39\N{NARROW NO-BREAK SPACE}% closer in the last 50 steps"),
        (LINE, "Moves away without circling: 64\N{NARROW NO-BREAK SPACE}% farther in the last 50 steps"),
        (np.concatenate([spiral(1.0, 1), np.zeros((1, 2))]), "At the equilibrium"),
        (np.full((60, 2), (2.0, 0.0)), "At rest away from the equilibrium, at θ = 2.00, ψ = 0"),
    ],
)
def test_it_is_said_in_a_sentence(path: np.ndarray, words: str) -> None:
    said = describe(measure_motion(path))
    assert said.startswith(words)


def test_a_path_that_left_everything_is_said_so() -> None:
    motion = measure_motion(spiral(2.0, 3), is_over=True)
    assert isinstance(motion, Motion)
    assert describe(motion) == "Moves away without end, and was stopped. Reset, and choose other settings."
