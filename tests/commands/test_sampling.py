"""Classes of `ganstudio sample`."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio import cli, networks
from ganstudio import config as cfg
from ganstudio.latent.sampler import Sampler, noise
from ganstudio.runs import checkpoint
from ganstudio.runs.folder import RunFolder, RunInfo

NETWORK = cfg.NetworkConfig("mlp", 4, 4, conditional=True, classes=10)


def run(path: Path, network: cfg.NetworkConfig, data: str = "digits") -> Path:
    """A run folder with one snapshot."""
    config = cfg.RunConfig(data=cfg.DataConfig(data), network=network)
    folder = RunFolder.create(path, config, RunInfo("2026-11-22 15:30", 0))
    G = networks.generator(config, torch.Generator().manual_seed(0))
    checkpoint.save_snapshot(folder.path / "snapshots" / "00000001.safetensors", G.state_dict(), {"step": 1})
    return path


def made(run: Path, out: Path, *words: str) -> np.ndarray:
    assert cli.main(["sample", str(run), "--count", "5", "--out", str(out), *words]) == 0
    pictures: np.ndarray = np.load(out)
    return pictures


def expected(run: Path, labels: list[int]) -> np.ndarray:
    return Sampler.load(RunFolder.open(run)).sample(noise(5, 4, seed=0), np.array(labels))


def test_the_classes_asked_for_come_in_turn(tmp_path: Path) -> None:
    folder = run(tmp_path / "run", NETWORK)
    pictures = made(folder, tmp_path / "s.npy", "--classes", "3, 3,7")
    assert np.array_equal(pictures, expected(folder, [3, 3, 7, 3, 3]))
    assert not np.array_equal(pictures, expected(folder, [3, 3, 3, 3, 3]))
    assert np.array_equal(made(folder, tmp_path / "s.npy"), expected(folder, [0, 1, 2, 3, 4]))


def test_classes_are_known_by_name_too(tmp_path: Path) -> None:
    folder = run(tmp_path / "run", NETWORK, "fashion-mnist")
    pictures = made(folder, tmp_path / "s.npy", "--classes", "bag,t-shirt,9")
    assert np.array_equal(pictures, expected(folder, [8, 0, 9, 8, 0]))


@pytest.mark.parametrize("wanted", ["10", "-1", "trousrs", "3,,4", "", "1.0"])
def test_an_unknown_class_is_refused_with_the_list(
    wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = run(tmp_path / "run", NETWORK, "fashion-mnist"), tmp_path / "s.npy"
    assert cli.main(["sample", str(folder), "--out", str(out), f"--classes={wanted}"]) == 2
    told = capsys.readouterr().err
    assert "1 (trouser" in told
    assert "9 (ankle boot)" in told
    assert not out.exists()


def test_classes_without_names_are_listed_by_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run(tmp_path / "run", NETWORK)
    assert cli.main(["sample", str(folder), "--out", str(tmp_path / "s.npy"), "--classes", "ten"]) == 2
    assert "no class 'ten'. Classes: 0 to 9." in capsys.readouterr().err


def test_an_unconditional_run_has_no_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run(tmp_path / "run", dataclasses.replace(NETWORK, conditional=False))
    assert cli.main(["sample", str(folder), "--out", str(tmp_path / "s.npy"), "--classes", "3"]) == 2
    assert "not class-conditional" in capsys.readouterr().err
