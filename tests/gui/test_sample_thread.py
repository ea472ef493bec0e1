import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from panel_kit import GRID, SMALL, Z_SIZE, alike, expected, snapshot

from ganstudio.data.catalog import load
from ganstudio.gui.sample_thread import Answer, SampleThread
from ganstudio.latent.sampler import Sampler
from ganstudio.training.trainer import Trainer


@pytest.fixture
def thread(qapp) -> Iterator[SampleThread]:
    thread = SampleThread()
    yield thread
    assert thread.stop()


def z_of(seed: int, count: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, Z_SIZE), dtype=np.float32)


def test_pictures_of_the_asked_z_by_the_asked_generator(qtbot, thread, tmp_path: Path) -> None:
    for step in (1, 2):
        snapshot(tmp_path, step)
        with qtbot.waitSignal(thread.answered, timeout=20_000) as got:
            stamp = thread.request("latent", z_of(5, 3), tmp_path / f"{step}.safetensors", step, SMALL)
        answer: Answer = got.args[0]
        assert (answer.channel, answer.step, answer.stamp) == ("latent", step, stamp)
        assert alike(answer.pictures, expected(tmp_path, step, z_of(5, 3)))


def test_newest_request_wins_and_urgent_ones_go_first(qtbot, thread, tmp_path: Path, monkeypatch) -> None:
    snapshot(tmp_path, 1)
    path, begun, go_on = tmp_path / "1.safetensors", threading.Event(), threading.Event()
    plain = Sampler.sample

    def held(self: Sampler, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        begun.set()
        assert go_on.wait(20)
        return plain(self, z, labels)

    monkeypatch.setattr(Sampler, "sample", held)
    answers: list[Answer] = []
    thread.answered.connect(answers.append)
    thread.request("fresh", z_of(0, 9), path, 1, SMALL)
    assert begun.wait(20)  # the grid is being made; meanwhile a person drags
    stamps = [thread.request("latent", z_of(seed), path, 1, SMALL) for seed in range(1, 6)]
    thread.request("strip", z_of(7, 2), path, 1, SMALL)
    go_on.set()
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=20_000)
    assert [each.channel for each in answers] == ["latent", "fresh", "strip"]
    assert answers[0].stamp == stamps[-1]
    assert alike(answers[0].pictures, expected(tmp_path, 1, z_of(5)))
    assert alike(answers[1].pictures, expected(tmp_path, 1, z_of(0, 9)))


def test_a_request_keeps_its_z_while_the_caller_changes_it(qtbot, thread, tmp_path: Path) -> None:
    snapshot(tmp_path, 1)
    z = z_of(3)
    with qtbot.waitSignal(thread.answered, timeout=20_000) as got:
        thread.request("latent", z, tmp_path / "1.safetensors", 1, SMALL)
        z[:] = 0
    assert np.array_equal(got.args[0].z, z_of(3))


def test_noise_of_a_cell_is_the_trainers(qtbot, thread, tmp_path: Path) -> None:
    snapshot(tmp_path, 1)
    with qtbot.waitSignal(thread.answered, timeout=20_000) as got:
        thread.request("cell", 5, tmp_path / "1.safetensors", 1, SMALL)
    trainer = Trainer(SMALL, load("digits", size=28, channels=1))
    assert len(trainer._fixed_z) == GRID**2
    assert np.array_equal(got.args[0].z[0], trainer._fixed_z[5].numpy())


def test_a_missing_or_broken_snapshot_is_said_and_the_next_request_served(qtbot, thread, tmp_path: Path) -> None:
    (tmp_path / "9.safetensors").write_bytes(b"not a snapshot")
    for name in ("7.safetensors", "9.safetensors"):
        with qtbot.waitSignal(thread.refused, timeout=20_000) as got:
            thread.request("latent", z_of(1), tmp_path / name, 7, SMALL)
        assert got.args[0] == "latent"
        assert name in got.args[1]
    snapshot(tmp_path, 1)
    with qtbot.waitSignal(thread.answered, timeout=20_000):
        thread.request("latent", z_of(1), tmp_path / "1.safetensors", 1, SMALL)


def test_an_unexpected_error_becomes_failed_and_the_next_request_is_served(
    qtbot, thread, tmp_path: Path, monkeypatch
) -> None:
    snapshot(tmp_path, 1)

    def broken(self: Sampler, z: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        raise RuntimeError("boom")

    with monkeypatch.context() as patch:
        patch.setattr(Sampler, "sample", broken)
        with qtbot.waitSignal(thread.failed, timeout=20_000) as got:
            thread.request("latent", z_of(1), tmp_path / "1.safetensors", 1, SMALL)
    assert "boom" in got.args[0].message
    assert "Traceback" in got.args[0].details
    with qtbot.waitSignal(thread.answered, timeout=20_000):
        thread.request("latent", z_of(1), tmp_path / "1.safetensors", 1, SMALL)


def test_one_core_for_it_and_all_others_for_training(qtbot, thread, tmp_path: Path, monkeypatch) -> None:
    """torch.set_num_threads also binds threads that are born later, the training thread among them."""
    snapshot(tmp_path, 1)
    seen: dict[str, int] = {}
    plain, before = Sampler.sample, torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        monkeypatch.setattr(
            Sampler, "sample", lambda self, z, _: (seen.update(sampling=torch.get_num_threads()), plain(self, z))[1]
        )
        with qtbot.waitSignal(thread.answered, timeout=20_000):
            thread.request("latent", z_of(1), tmp_path / "1.safetensors", 1, SMALL)
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
    thread = SampleThread()
    snapshot(tmp_path, 1)
    for seed in range(5):
        thread.request("latent", z_of(seed), tmp_path / "1.safetensors", 1, SMALL)
    assert thread.stop()
    thread.request("latent", z_of(1), tmp_path / "1.safetensors", 1, SMALL)
    assert not thread.isRunning()
