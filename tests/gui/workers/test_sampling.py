import dataclasses
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio import networks
from ganstudio.config import RunConfig
from ganstudio.data.catalog import load
from ganstudio.gui.workers.sample_requests import Answer, Channel, FoundDirections, Opinion
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent import directions
from ganstudio.latent.models import Model
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import checkpoint
from ganstudio.training.trainer import Trainer
from support.panels import CONDITIONAL, GRID, SMALL, Z_SIZE, alike, expected, snapshot


def z_of(seed: int, count: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, Z_SIZE), dtype=np.float32)


def model_at(folder: Path, step: int, config: RunConfig = SMALL) -> Model:
    return Model("run", folder / f"{step}.safetensors", config, step, f"step {step}")


def made(folder: Path, step: int, config: RunConfig = SMALL) -> Model:
    """A generator with a file."""
    snapshot(folder, step, config)
    return model_at(folder, step, config)


def test_pictures_of_the_asked_z_by_the_asked_generator(qtbot, thread, tmp_path: Path) -> None:
    for step in (1, 2):
        with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000) as got:
            stamp = thread.request(Channel.PREVIEW, z_of(5, 3), made(tmp_path, step))
        answer: Answer = got.args[0]
        assert (answer.channel, answer.step, answer.stamp) == (Channel.PREVIEW, step, stamp)
        assert alike(answer.pictures, expected(tmp_path, step, z_of(5, 3)))


def test_newest_request_wins_and_urgent_ones_go_first(qtbot, thread, tmp_path: Path, monkeypatch) -> None:
    model, begun, go_on = made(tmp_path, 1), threading.Event(), threading.Event()
    plain = Sampler.sample

    def held(self: Sampler, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        begun.set()
        assert go_on.wait(20)
        return plain(self, z, labels)

    monkeypatch.setattr(Sampler, "sample", held)
    answers: list[Answer] = []
    for channel in Channel:
        thread.on(channel).answered.connect(answers.append)
    thread.request(Channel.FRESH, z_of(0, 9), model)
    assert begun.wait(20)  # the grid is being made; meanwhile a user drags
    stamps = [thread.request(Channel.PREVIEW, z_of(seed), model) for seed in range(1, 6)]
    thread.request(Channel.STRIP, z_of(7, 2), model)
    go_on.set()
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=20_000)
    assert [each.channel for each in answers] == [Channel.PREVIEW, Channel.STRIP, Channel.FRESH]
    assert answers[0].stamp == stamps[-1]
    assert alike(answers[0].pictures, expected(tmp_path, 1, z_of(5)))
    assert alike(answers[2].pictures, expected(tmp_path, 1, z_of(0, 9)))


def test_a_request_keeps_its_z_while_the_caller_changes_it(qtbot, thread, tmp_path: Path) -> None:
    model, z = made(tmp_path, 1), z_of(3)
    with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000) as got:
        thread.request(Channel.PREVIEW, z, model)
        z[:] = 0
    assert np.array_equal(got.args[0].z, z_of(3))


def test_noise_of_a_cell_is_the_trainers(qtbot, thread, tmp_path: Path) -> None:
    with qtbot.waitSignal(thread.on(Channel.CELL).answered, timeout=20_000) as got:
        thread.request(Channel.CELL, 5, made(tmp_path, 1))
    trainer = Trainer(SMALL, load("digits", size=28, channels=1))
    seen: list[torch.Tensor] = []
    trainer.G_ema.module.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    trainer.samples()
    assert len(seen[0]) == GRID**2
    assert np.array_equal(got.args[0].z[0], seen[0][5].numpy())


def test_a_missing_or_broken_snapshot_is_said_and_the_next_request_served(qtbot, thread, tmp_path: Path) -> None:
    (tmp_path / "9.safetensors").write_bytes(b"not a snapshot")
    for step in (7, 9):
        with qtbot.waitSignal(thread.on(Channel.PREVIEW).refused, timeout=20_000) as got:
            thread.request(Channel.PREVIEW, z_of(1), model_at(tmp_path, step))
        assert f"{step}.safetensors" in got.args[0]
    with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000):
        thread.request(Channel.PREVIEW, z_of(1), made(tmp_path, 1))


def test_an_unexpected_error_becomes_failed_and_the_next_request_is_served(
    qtbot, thread, tmp_path: Path, monkeypatch
) -> None:
    model = made(tmp_path, 1)

    def broken(self: Sampler, z: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        raise RuntimeError("boom")

    with monkeypatch.context() as patch:
        patch.setattr(Sampler, "sample", broken)
        with qtbot.waitSignal(thread.failed, timeout=20_000) as got:
            thread.request(Channel.PREVIEW, z_of(1), model)
    assert "boom" in got.args[0].message
    assert "Traceback" in got.args[0].details
    with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000):
        thread.request(Channel.PREVIEW, z_of(1), model)


def test_classes_by_label_or_in_shares(qtbot, thread, tmp_path: Path) -> None:
    model, z = made(tmp_path, 1, CONDITIONAL), z_of(4, 3)
    sampler = Sampler.from_model(model)
    sure = np.eye(10, dtype=np.float32)[[2, 2, 7]]
    with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000) as got:
        thread.request(Channel.PREVIEW, z, model, mix=sure)
    assert got.args[0].labels.tolist() == [2, 2, 7]
    assert alike(got.args[0].pictures, sampler.sample(z, np.array([2, 2, 7])))
    half = np.zeros((3, 10), np.float32)
    half[:, [1, 8]] = 0.5
    with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000) as got:
        thread.request(Channel.PREVIEW, z, model, mix=half)
    assert got.args[0].labels is None
    assert alike(got.args[0].pictures, sampler.sample(z, mix=half))


def test_truncation_shrinks_what_is_shown_and_not_what_is_answered(qtbot, thread, tmp_path: Path) -> None:
    with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000) as got:
        thread.request(Channel.PREVIEW, z_of(4, 2), made(tmp_path, 1), truncation=0.25)
    assert np.array_equal(got.args[0].z, z_of(4, 2))
    assert alike(got.args[0].pictures, expected(tmp_path, 1, z_of(4, 2) * np.float32(0.25)))


def test_a_strip_comes_in_parts_and_a_newer_one_ends_it(qtbot, thread, tmp_path: Path, monkeypatch) -> None:
    model, begun, go_on = made(tmp_path, 1), threading.Event(), threading.Event()
    plain = Sampler.sample

    def held(self: Sampler, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        begun.set()
        assert go_on.wait(20)
        return plain(self, z, labels)

    monkeypatch.setattr(Sampler, "sample", held)
    monkeypatch.setattr("ganstudio.gui.workers.sample_requests._ANSWER_INTERVAL", 0.0)
    monkeypatch.setattr("ganstudio.gui.workers.sample_requests._FIRST_PART", 2)
    monkeypatch.setattr("ganstudio.gui.workers.sample_requests._BRIEF_SECONDS", 0.0)
    answers: list[Answer] = []
    thread.on(Channel.STRIP).answered.connect(answers.append)
    old = thread.request(Channel.STRIP, z_of(1, 6), model, in_parts=True)
    assert begun.wait(20)
    new = thread.request(Channel.STRIP, z_of(2, 5), model, in_parts=True)
    go_on.set()
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].whole, timeout=20_000)
    assert [len(each.pictures) for each in answers if each.stamp == old] == [2]  # the rest is never made
    assert [(len(each.pictures), each.whole) for each in answers if each.stamp == new] == [
        (2, False),
        (4, False),
        (5, True),
    ]
    right = expected(tmp_path, 1, z_of(2, 5))
    for each in answers[1:]:
        assert len(each.z) == 5
        assert alike(each.pictures, right[: len(each.pictures)])


@pytest.mark.parametrize(("brief", "parts"), [(0.0, [2, 2, 2, 2, 2, 1]), (60.0, [2, 4, 4, 1])])
def test_parts_grow_where_they_are_made_quickly(qtbot, thread, tmp_path: Path, monkeypatch, brief, parts) -> None:
    plain, made_at_once = Sampler.sample, []

    def noted(self: Sampler, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        made_at_once.append(len(z))
        return plain(self, z, labels)

    monkeypatch.setattr(Sampler, "sample", noted)
    monkeypatch.setattr("ganstudio.gui.workers.sample_requests._FIRST_PART", 2)
    monkeypatch.setattr("ganstudio.gui.workers.sample_requests._MAX_PART", 4)
    monkeypatch.setattr("ganstudio.gui.workers.sample_requests._BRIEF_SECONDS", brief)
    with qtbot.waitSignal(thread.on(Channel.STRIP).answered, timeout=20_000) as got:
        thread.request(Channel.STRIP, z_of(1, 11), made(tmp_path, 1))
    assert made_at_once == parts
    monkeypatch.undo()
    assert alike(got.args[0].pictures, expected(tmp_path, 1, z_of(1, 11)))


def test_directions_are_those_of_the_generator(qtbot, thread, tmp_path: Path) -> None:
    model = made(tmp_path, 1)
    with qtbot.waitSignal(thread.on(Channel.DIRECTIONS).answered, timeout=20_000) as got:
        stamp = thread.request_directions(model)
    found: FoundDirections = got.args[0]
    sampler = Sampler.from_model(model)
    right = directions.find(sampler.G, Z_SIZE, 0)
    assert (found.model, found.stamp) == (model, stamp)
    assert np.abs((found.directions.vectors * right.vectors).sum(1)).min() > 0.99


def test_pictures_do_not_wait_for_directions(qtbot, thread, tmp_path: Path, monkeypatch) -> None:
    model, begun, go_on = made(tmp_path, 1), threading.Event(), threading.Event()
    plain = directions.find

    def held(*args: object) -> object:
        begun.set()
        assert go_on.wait(20)
        return plain(*args)

    monkeypatch.setattr(directions, "find", held)
    thread.request_directions(model)
    assert begun.wait(20)
    with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000):
        thread.request(Channel.PREVIEW, z_of(1), model)
    with qtbot.waitSignal(thread.on(Channel.DIRECTIONS).answered, timeout=20_000):
        go_on.set()


def test_the_opinion_is_that_of_the_kept_discriminator(qtbot, thread, tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    with qtbot.waitSignal(thread.on(Channel.OPINION).answered, timeout=20_000) as got:
        thread.request_opinion(Channel.OPINION, pictures, made(tmp_path, 1))
    assert got.args[0].chances is None
    assert "without its discriminator" in got.args[0].says
    model = dataclasses.replace(model_at(tmp_path, 2), path=with_critic(tmp_path, 2))
    with qtbot.waitSignal(thread.on(Channel.SKETCH).answered, timeout=20_000) as got:
        stamp = thread.request_opinion(Channel.SKETCH, pictures, model)
    opinion: Opinion = got.args[0]
    critic = Sampler.from_model(model).critic
    assert critic is not None
    assert (opinion.stamp, opinion.says) == (stamp, critic.explanation)
    assert opinion.chances == pytest.approx(critic.opinion(pictures))


def with_critic(folder: Path, step: int) -> Path:
    """A snapshot that holds D, too."""
    weights = {name: each.half() for name, each in networks.generator(SMALL).state_dict().items()}
    rng = torch.Generator().manual_seed(step)
    D = networks.discriminator(SMALL, rng).state_dict()
    path = folder / f"{step}.safetensors"
    both = weights | {f"D/{name}": each.half() for name, each in D.items()}
    checkpoint.save_snapshot(path, both, {"step": step, "d_centre": 0.25})
    return path


def test_one_core_for_it_and_all_others_for_training(qtbot, thread, tmp_path: Path, monkeypatch) -> None:
    """torch.set_num_threads also binds threads that are born later, the training thread among them."""
    model = made(tmp_path, 1)
    seen: dict[str, int] = {}
    plain, before = Sampler.sample, torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        monkeypatch.setattr(
            Sampler, "sample", lambda self, z, _: (seen.update(sampling=torch.get_num_threads()), plain(self, z))[1]
        )
        with qtbot.waitSignal(thread.on(Channel.PREVIEW).answered, timeout=20_000):
            thread.request(Channel.PREVIEW, z_of(1), model)
        later = threading.Thread(target=lambda: seen.update(later=torch.get_num_threads()))
        later.start()
        later.join()
        assert seen == {"sampling": 1, "later": 2}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_stop_ends_it_whatever_waits(qapp, tmp_path: Path) -> None:
    thread = SampleThread()
    assert thread.stop()  # never started
    thread, model = SampleThread(), made(tmp_path, 1)
    for seed in range(5):
        thread.request(Channel.PREVIEW, z_of(seed), model)
    assert thread.stop()
    thread.request(Channel.PREVIEW, z_of(1), model)
    assert not thread.isRunning()
