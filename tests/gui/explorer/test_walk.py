"""Walks through key points, and their playback in real time."""

import numpy as np
import pytest

from ganstudio.gui.explorer import walk as walk_module
from ganstudio.gui.explorer.walk import KeyPoint, Walk, WalkPlayer
from ganstudio.latent import paths

Z = np.random.default_rng(0).standard_normal((3, 8)).astype(np.float32)
MIX = np.eye(3, dtype=np.float32)


@pytest.fixture
def walk() -> Walk:
    walk = Walk()
    walk.keys = [KeyPoint(z, mix) for z, mix in zip(Z, MIX, strict=True)]
    return walk


def test_a_loop_ends_at_its_first_key(walk: Walk) -> None:
    assert walk.length == 3
    assert walk.at(3.0).z == pytest.approx(Z[0])
    assert walk.at(2.5).z == pytest.approx(paths.slerp(Z[2], Z[0], 0.5))
    assert walk.at(2.5).mix.tolist() == [0.5, 0.0, 0.5]
    walk.is_loop = False
    assert walk.length == 2
    assert walk.at(2.0).z == pytest.approx(Z[2])
    assert walk.at(1.25).mix.tolist() == [0.0, 0.75, 0.25]


def test_a_walk_without_classes_has_no_mix(walk: Walk) -> None:
    walk.keys = [KeyPoint(z, None) for z in Z]
    assert walk.at(0.5).mix is None
    z, mix = walk.to_arrays()
    assert np.array_equal(z, Z)
    assert mix is None


def test_a_single_key_goes_nowhere(walk: Walk) -> None:
    del walk.keys[1:]
    walk.is_loop = False
    assert walk.length == 0
    assert walk.at(0.0).z == pytest.approx(Z[0])


@pytest.mark.parametrize("is_loop", [True, False])
def test_time_decides_the_position_however_late_the_timer_is(qtbot, walk: Walk, monkeypatch, is_loop: bool) -> None:
    now = [100.0]
    monkeypatch.setattr(walk_module.time, "monotonic", lambda: now[0])
    walk.is_loop = is_loop
    player = WalkPlayer(walk)
    player.key_seconds = 2.0
    player.play()
    now[0] += 3.0
    with qtbot.waitSignal(player.moved) as got:
        pass
    assert got.args == [1.5]
    now[0] += 4.0  # 3.5 keys from the start
    with qtbot.waitSignal(player.moved if is_loop else player.ended):
        pass
    assert player.position == (0.5 if is_loop else 2.0)
    player.pause()


def test_it_plays_again_from_the_start_once_it_has_ended(qtbot, walk: Walk) -> None:
    walk.is_loop = False
    player = WalkPlayer(walk)
    player.position = 2.0
    player.play()
    with qtbot.waitSignal(player.moved) as got:
        pass
    assert got.args[0] < 1.0
    player.pause()
