"""`ganstudio train --dry-run`, and what is told when memory runs out."""

from pathlib import Path

import pytest
import torch

from ganstudio import cli
from ganstudio.system import memory as system_memory
from ganstudio.training.estimates import simulation, timing
from ganstudio.training.estimates.simulation import Simulated, Work
from ganstudio.training.game import Game
from ganstudio.training.updates import Updates

TINY = ["--preset=gan-2014", "--data.name=digits", "--network.width=16", "--optimizer.batch-size=32", "--device=cpu"]
ENGINE = ["--engine.precision=float32", "--engine.threads=1", "--engine.convolution=direct"]


@pytest.fixture(autouse=True)
def _nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch needs a gigabyte for each 32 pictures; a round takes a tenth of a second."""
    work = Work(1e9, 1e9, 100)
    monkeypatch.setattr(
        simulation,
        "run",
        lambda config, check: Simulated(
            *(20_000, 10_000, 10**7), config.optimizer.batch_size * 2**25, 0, 0, work, work, work
        ),
    )
    monkeypatch.setattr(timing.load, "others_were_busy", lambda *_: False)
    monkeypatch.setattr(timing, "measure_round", lambda config, threads, *_: 0.1 / timing.BESIDE)


def test_a_dry_run_says_what_a_run_takes_and_makes_none(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(system_memory, "available_bytes", lambda: 9 * 10**9)
    run = tmp_path / "run"
    assert cli.main(["train", "--dry-run", "--out", str(run), *TINY, *ENGINE, "--steps", "36000"]) == 0
    assert not run.exists()
    told = capsys.readouterr().out
    assert "G has 20,000 weights, D has 10,000" in told
    assert "9.0 GB are free" in told
    assert "Time: about 1 h (48 min to 1 h 15 min) for 1,200,000 pictures" in told
    assert "First recognisable pictures: in about 3 min" in told


def test_a_dry_run_of_points_speaks_of_points(capsys) -> None:
    flags = ["--preset=lab-gaussians", "--device=cpu", "--data.points=300", "--epochs=10"]
    assert cli.main(["train", "--dry-run", *flags, *ENGINE]) == 0
    told = capsys.readouterr().out
    assert "Two Gaussians: 300 points\n" in told
    assert "points, 1 x 8 neurons in G, 1 x 8 neurons in D: " in told
    assert "for 3,000 points" in told
    assert "picture" not in told


def test_a_dry_run_that_does_not_fit_names_settings_that_need_less(monkeypatch, capsys) -> None:
    monkeypatch.setattr(system_memory, "available_bytes", lambda: 10**9)
    assert cli.main(["train", "--dry-run", *TINY, *ENGINE]) == 1
    told = capsys.readouterr().out
    assert "1.0 GB are free" in told
    assert "--optimizer.batch-size 16 --optimizer.accumulate 2\n" in told
    assert "as many pictures in an update" in told


def test_where_memory_runs_out_a_run_names_them_too(tmp_path: Path, monkeypatch, capsys) -> None:
    def run_out(*_: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(Updates, "update_g", run_out)
    out = ["--out", str(tmp_path / "run"), "--steps", "2"]
    assert cli.main(["train", *out, *TINY, *ENGINE]) == 1
    told = capsys.readouterr().err
    assert "There is not enough memory for batches of 32 pictures on cpu." in told
    assert "--optimizer.batch-size 16 --optimizer.accumulate 2\n" in told
    monkeypatch.setattr(Game, "__init__", run_out)
    assert cli.main(["train", "--out", str(tmp_path / "other"), *out[2:], *TINY, *ENGINE]) == 1
    told = capsys.readouterr().err
    assert "--optimizer.batch-size 16 --optimizer.accumulate 2\n" in told
    assert "There is not enough memory for batches of 32 pictures on cpu." in told
    assert not (tmp_path / "other").exists()
