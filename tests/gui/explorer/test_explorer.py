"""The explorer's state: where it is, along which axes, of which generator."""

import os
from pathlib import Path

import numpy as np
import pytest

from ganstudio import config as cfg
from ganstudio.events import Saved
from ganstudio.gui.explorer import axes, generator_source
from ganstudio.gui.explorer.axes import Axis, AxisKind
from ganstudio.gui.explorer.directions import DirectionNames
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.sample_requests import Answer, Channel, Opinion
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent.directions import Directions
from ganstudio.latent.paths import one_hot
from support.panels import CONDITIONAL, SMALL, Z_SIZE, alike, expected, play, snapshot

WAIT = 20_000  # ms


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def explorer(model: RunModel, thread: SampleThread, monkeypatch) -> Explorer:
    monkeypatch.setattr("ganstudio.latent.models.bundled", lambda name: None)
    return Explorer(model, thread)


def directions(seed: int, count: int = 4, z_size: int = Z_SIZE) -> Directions:
    rows = np.linalg.qr(np.random.default_rng(seed).standard_normal((z_size, count)))[0].T
    return Directions(rows.astype(np.float32), np.linspace(0.4, 0.1, count).astype(np.float32))


def test_without_a_generator_nothing_is_asked(explorer: Explorer, thread: SampleThread) -> None:
    assert explorer.generator is None
    assert explorer.request(Channel.PREVIEW, np.zeros((1, 5), np.float32)) == 0.0
    assert explorer.request_opinion(np.zeros((1, 28, 28), np.uint8)) == 0.0
    explorer.directions.find()
    explorer.randomise(3)
    assert not thread.isRunning()


def test_moving_says_so_and_leaves_copies(explorer: Explorer, model: RunModel, tmp_path: Path, qtbot) -> None:
    play(model, tmp_path, 0)
    for move in (
        lambda: explorer.set_point(np.ones(Z_SIZE, np.float32)),
        lambda: explorer.randomise(5),
        explorer.reset,
        lambda: explorer.set_coordinate(Axis(AxisKind.RAW, 3), 1.5),
        lambda: explorer.set_truncation(0.5),
    ):
        with qtbot.waitSignal(explorer.changed, timeout=100):
            move()
    assert explorer.z[3] == 1.5
    explorer.z[3] = 9
    assert explorer.z[3] == 1.5
    explorer.set_point(np.zeros(Z_SIZE + 1, np.float32))  # of another run
    assert explorer.z_size == Z_SIZE
    assert explorer.z[3] == 1.5


def test_a_seed_is_known_until_z_is_moved(explorer: Explorer, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    explorer.randomise(12)
    assert explorer.seed == 12
    twelve = explorer.z
    explorer.set_coordinate(Axis(AxisKind.RAW, 0), 0.5)
    assert explorer.seed is None
    explorer.randomise()
    drawn = explorer.seed
    assert drawn is not None
    again = explorer.z
    explorer.randomise(drawn)
    assert np.array_equal(explorer.z, again)
    assert not np.array_equal(explorer.z, twelve)


def test_shares_of_classes_sum_to_one(explorer: Explorer, model: RunModel, tmp_path: Path) -> None:
    model.begin(CONDITIONAL)
    model.handle(snapshot(tmp_path, 1, CONDITIONAL))
    assert explorer.classes == tuple("0123456789")
    assert explorer.mix.tolist() == one_hot(0, 10).tolist()
    mix = np.zeros(10, np.float32)
    mix[[3, 8]] = 3, 1
    explorer.set_mix(mix)
    assert explorer.mix[[3, 8]].tolist() == [0.75, 0.25]
    assert explorer.label == 3
    explorer.set_mix(np.zeros(10, np.float32))
    assert explorer.mix.sum() == 1.0
    explorer.set_mix(np.ones(3, np.float32))  # of another generator
    assert len(explorer.mix) == 10
    explorer.set_label(7)
    explorer.set_label(10)
    assert explorer.label == 7


def test_answers_are_of_where_it_is(qtbot, explorer: Explorer, model: RunModel, tmp_path: Path) -> None:
    model.begin(CONDITIONAL)
    model.handle(snapshot(tmp_path, 1, CONDITIONAL))
    explorer.set_label(6)
    with qtbot.waitSignal(explorer.on(Channel.MORPH).answered, timeout=WAIT) as got:
        stamp = explorer.request(Channel.MORPH, explorer.along_active_axis(3))
    answer: Answer = got.args[0]
    assert (answer.channel, answer.stamp, answer.labels.tolist()) == (Channel.MORPH, stamp, [6, 6, 6])
    assert alike(answer.pictures, expected(tmp_path, 1, explorer.along_active_axis(3), CONDITIONAL, np.full(3, 6)))
    other = np.repeat(one_hot(2, 10)[None], 3, axis=0)
    with qtbot.waitSignal(explorer.on(Channel.WALK).answered, timeout=WAIT) as got:
        explorer.request(Channel.WALK, explorer.along_active_axis(3), other)
    assert got.args[0].labels.tolist() == [2, 2, 2]


def test_stale_and_foreign_answers_are_dropped(explorer: Explorer, model: RunModel, thread, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    seen: list[object] = []
    for channel in (Channel.STRIP, Channel.MORPH):
        explorer.on(channel).answered.connect(seen.append)
    picture, z = np.zeros((1, 28, 28), np.uint8), explorer.z[None]
    strip, morph = Channel.STRIP, Channel.MORPH
    for channel, stamp in ((strip, 10.0), (strip, 9.0), (strip, 10.0), (morph, 5.0), (Channel.FRESH, 20.0)):
        thread.on(channel).answered.emit(Answer(channel, z, 0, stamp, picture))
    assert [(each.channel, each.stamp) for each in seen] == [(strip, 10.0), (strip, 10.0), (morph, 5.0)]
    model.begin(SMALL)
    thread.on(strip).answered.emit(Answer(strip, z, 0, 11.0, picture))  # asked before another run was opened
    assert len(seen) == 3


def test_the_opinion_of_pictures(qtbot, explorer: Explorer, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    with qtbot.waitSignal(explorer.on(Channel.SKETCH).answered, timeout=WAIT) as got:
        stamp = explorer.request_opinion(np.zeros((2, 28, 28), np.uint8))
    opinion: Opinion = got.args[0]
    assert opinion.stamp == stamp
    assert opinion.chances is None  # these snapshots hold no discriminator


def test_a_broken_bundled_model_is_said(model: RunModel, thread: SampleThread, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "pretrained").mkdir()
    (tmp_path / "pretrained" / "mnist-conditional.safetensors").write_bytes(b"torn")
    monkeypatch.setattr("ganstudio.system.paths.resources", lambda: tmp_path)
    explorer = Explorer(model, thread)
    assert explorer.generator is None
    assert "mnist-conditional.safetensors" in explorer.problem


def begin_live(qtbot, explorer: Explorer, model: RunModel, folder: Path) -> None:
    """A run trains, and the picture of its first generator is there."""
    explorer.generatorChanged.connect(lambda: explorer.request(Channel.PREVIEW, explorer.z))
    model.set_status("training")
    with qtbot.waitSignal(explorer.on(Channel.PREVIEW).answered, timeout=WAIT):
        play(model, folder, 1)


def test_nobody_plays_and_a_live_run_s_generators_are_taken_more_rarely(
    qtbot, explorer: Explorer, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(generator_source, "_IDLE_SECONDS", 0.0)
    monkeypatch.setattr(generator_source, "_MAX_INTERVAL", 0.4)
    monkeypatch.setattr(generator_source, "_MAX_TIME_FRACTION", 1e-9)  # more than any picture costs
    begin_live(qtbot, explorer, model, tmp_path)
    play(model, tmp_path, 2)
    assert explorer.generator.step == 1
    qtbot.waitUntil(lambda: explorer.generator.step == 2)
    monkeypatch.setattr(generator_source, "_MAX_INTERVAL", 1e6)
    play(model, tmp_path, 3)
    assert explorer.generator.step == 2
    explorer.randomise(1)  # somebody plays
    qtbot.waitUntil(lambda: explorer.generator.step == 3)
    play(model, tmp_path, 4)
    model.view(1)
    assert explorer.generator.step == 1
    model.view(None)
    assert explorer.generator.step == 4
    play(model, tmp_path, 5)
    model.set_status("finished")
    assert explorer.generator.step == 5


def test_each_generator_of_a_live_run_is_taken_while_somebody_plays(
    qtbot, explorer: Explorer, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(generator_source, "_MAX_TIME_FRACTION", 1e-9)
    begin_live(qtbot, explorer, model, tmp_path)
    play(model, tmp_path, 2)
    assert explorer.generator.step == 2


def test_it_follows_updates_by_hand_at_once_those_that_leave_the_step_too(
    qtbot, explorer: Explorer, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(generator_source, "_IDLE_SECONDS", 0.0)
    monkeypatch.setattr(generator_source, "_MAX_INTERVAL", 1e6)
    monkeypatch.setattr(generator_source, "_MAX_TIME_FRACTION", 1e-9)
    begin_live(qtbot, explorer, model, tmp_path)
    model.set_status("paused")
    play(model, tmp_path, 2)
    assert explorer.generator.step == 2
    z = explorer.z[None]
    before = expected(tmp_path, 2, z)
    newer, was = Path(snapshot(tmp_path, 9).path), (tmp_path / "2.safetensors").stat().st_mtime_ns
    os.utime(newer, ns=(was + 10**7, was + 10**7))  # nobody's hand is quicker than the clock of the file system
    newer.replace(tmp_path / "2.safetensors")  # a G step: the same step, another generator
    with qtbot.waitSignal(explorer.generatorChanged):
        model.handle(Saved(2, "snapshot", str(tmp_path / "2.safetensors")))
    after = expected(tmp_path, 2, z)
    assert not alike(before, after)
    asked = explorer.request(Channel.PREVIEW, explorer.z)
    answered = explorer.on(Channel.PREVIEW).answered
    with qtbot.waitSignal(answered, timeout=WAIT, check_params_cb=lambda answer: answer.stamp == asked) as got:
        pass
    assert alike(got.args[0].pictures, after)


# Axes


def test_a_coordinate_moves_nothing_else() -> None:
    found, z = directions(1), np.random.default_rng(2).standard_normal(Z_SIZE).astype(np.float32)
    moved = axes.with_coordinate(z, found.vectors[2], 1.25)
    assert found.vectors @ moved == pytest.approx([*(found.vectors @ z)[:2], 1.25, (found.vectors @ z)[3]], abs=1e-5)
    strip = axes.spread_along(z, found.vectors[2], 7)
    assert strip @ found.vectors[2] == pytest.approx(np.linspace(-3, 3, 7), abs=1e-5)
    assert np.allclose(
        axes.with_coordinate(strip[0], found.vectors[2], 0), axes.with_coordinate(z, found.vectors[2], 0), atol=1e-5
    )
    with pytest.raises(IndexError):
        axes.unit_vector(Axis(AxisKind.DIRECTION, 0), Z_SIZE, None)


def test_new_directions_keep_the_sliders_of_the_old() -> None:
    old = directions(1)
    order, signs = [2, 0, 3, 1], np.array([1, -1, -1, 1], np.float32)
    shaken = old.vectors[order] * signs[:, None] + 0.02 * np.random.default_rng(5).standard_normal((4, Z_SIZE))
    new = Directions(shaken.astype(np.float32), np.array([0.5, 0.3, 0.2, 0.1], np.float32))
    found = axes.align(new, old)
    assert ((found.vectors * old.vectors).sum(1) > 0.9).all()
    assert found.spread[order].tolist() == pytest.approx([0.5, 0.3, 0.2, 0.1])


def found_by(qtbot, explorer: Explorer, ask) -> np.ndarray:
    with qtbot.waitSignal(explorer.directions.found, timeout=WAIT):
        ask()
    return explorer.directions.current.vectors


def test_directions_stay_under_the_person_s_hand(qtbot, explorer: Explorer, model: RunModel, tmp_path: Path) -> None:
    model.set_status("training")
    play(model, tmp_path, 2)
    first = found_by(qtbot, explorer, explorer.directions.find)
    assert first.shape == (10, Z_SIZE)
    play(model, tmp_path, 8)
    explorer.directions.find()  # not four times as far: not worth it
    assert not explorer.directions.is_searching
    play(model, tmp_path, 9)
    second = found_by(qtbot, explorer, explorer.directions.find)  # nobody has moved one yet
    assert not np.allclose(first, second)
    explorer.set_coordinate(Axis(AxisKind.DIRECTION, 1), 2.0)
    play(model, tmp_path, 100)
    explorer.directions.find()
    assert not explorer.directions.is_searching
    assert explorer.coordinate(Axis(AxisKind.DIRECTION, 1)) == pytest.approx(2.0, abs=1e-5)
    third = found_by(qtbot, explorer, lambda: explorer.directions.find(again=True))
    assert not np.allclose(second, third)
    other = cfg.change(SMALL, "network.z_size", 12)
    model.begin(other)
    model.handle(snapshot(tmp_path, 7, other))
    assert explorer.directions.current is None
    assert explorer.active_axis == Axis(AxisKind.RAW, 0)
    assert found_by(qtbot, explorer, explorer.directions.find).shape == (10, 12)


def test_a_run_that_rests_has_the_directions_of_its_newest_generator(
    qtbot, explorer: Explorer, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 2)
    found_by(qtbot, explorer, explorer.directions.find)
    play(model, tmp_path, 3)  # as a run is opened, its snapshots come one after the other
    found_by(qtbot, explorer, explorer.directions.find)
    assert explorer.directions.step == 3
    model.view(2)  # back in time the directions stay
    explorer.directions.find()
    assert not explorer.directions.is_searching


def test_names_belong_to_the_model(explorer: Explorer, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    explorer.directions.rename(3, " slant ")
    assert explorer.directions.name(3) == "slant"
    assert explorer.directions.name(2) == ""
    explorer.directions.rename(3, "")
    assert explorer.directions.name(3) == ""
    assert DirectionNames().get("elsewhere", 3) == ""
