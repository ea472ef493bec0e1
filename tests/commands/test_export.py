"""`ganstudio export`, as it is typed, and while a run trains."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio import cli, networks
from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import Saved, Tick
from ganstudio.export.files import EXTRAS
from ganstudio.export.formats import FORMATS
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import checkpoint, runner
from ganstudio.runs.folder import RunFolder, RunInfo, new_run_path

TINY = {
    "preset": "tiny",
    "data": {"name": "digits"},
    "network": {"name": "mlp", "z_size": 4, "width": 4},
    "optimizer": {"batch_size": 8},
    "engine": {"device": "cpu", "precision": "float32", "threads": 1},
    "output": {"grid": 2, "sample_seconds": 0.1, "tick_seconds": 0.1},
    "measure": {"every": 0},
    "epochs": 1000,
}


@pytest.fixture
def training() -> Iterator[runner.Runner]:
    """A run that has begun and is not at its end."""
    config = cfg.from_dict(TINY)
    made = runner.start(config, catalog.load("digits", size=28, channels=1), new_run_path(config))
    events, ticks, snapshots = made.events(), 0, 0
    for event in events:
        ticks += isinstance(event, Tick)
        snapshots += isinstance(event, Saved) and event.kind == "snapshot"
        if ticks > 2 and snapshots > 2:
            break
    yield made
    events.close()
    made.close()


def test_every_format_of_a_run_that_is_being_trained(
    training: runner.Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert training.folder.is_running()
    before = sorted(training.folder.path.rglob("*"))
    for name, kind in FORMATS.items():
        out = tmp_path / f"out-{name}{kind.suffix}"
        assert cli.main(["export", training.folder.name, "--format", name, "--out", str(out), "--seconds", "1"]) == 0
        assert str(out) in capsys.readouterr().out
        assert out.is_dir() if name == "tensorboard" else out.stat().st_size > 100
    assert sorted(training.folder.path.rglob("*")) == before  # nothing was written into it


def run(path: Path, data: str = "fashion-mnist") -> Path:
    config = cfg.RunConfig(
        data=cfg.DataConfig(data), network=cfg.NetworkConfig("mlp", 4, 4, conditional=True, classes=10)
    )
    folder = RunFolder.create(path, config, RunInfo("2026-11-22 15:30", 0))
    G = networks.generator(config, torch.Generator().manual_seed(0))
    checkpoint.save_snapshot(folder.snapshot_path(1), G.state_dict(), {"step": 1, "epoch": 0.5})
    folder.append(Tick(1, 8, 0.5, 0.25, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, -1.5, 100.0, 1))
    return path


def test_flags_reach_the_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = run(tmp_path / "run"), tmp_path / "s.png"
    wanted = "--what sprites --count 6 --scale 2 --seed 4 --classes bag,t-shirt"
    assert cli.main(["export", str(folder), "--format", "png", "--out", str(out), *wanted.split()]) == 0
    pictures = Sampler.load(RunFolder.open(folder)).sample(noise(6, 4, 4), np.array([8, 0] * 3))
    with Image.open(out) as image:
        cells = [np.asarray(image)[y : y + 56, x : x + 56] for y in (0, 56) for x in (0, 56, 112)]
    for cell, picture in zip(cells, pictures, strict=True):
        assert np.abs(cell[::2, ::2].astype(int) - picture).max() <= 1
    assert f"{out}: 6 samples in cells of 56x56 pixels, 3 per row" in capsys.readouterr().out


def test_length_and_speed_of_a_walk(tmp_path: Path) -> None:
    folder, out = run(tmp_path / "run"), tmp_path / "w.webp"
    wanted = "--what walk --seconds 2 --fps 5 --scale 1"
    assert cli.main(["export", str(folder), "--format", "webp", "--out", str(out), *wanted.split()]) == 0
    with Image.open(out) as image:
        assert image.n_frames == 10
        assert image.size == (28, 28)


def test_a_table_by_the_name_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path))
    run(tmp_path / "run")
    assert cli.main(["export", "run", "--format", "csv", "--out", str(tmp_path / "c.csv")]) == 0
    with (tmp_path / "c.csv").open(encoding="utf-8") as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["1"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--format", "gif", "--out", "x.png"], "must end in .gif"),
        (["--format", "png", "--out", "x.png"], "no sample grid yet"),
        (["--format", "csv", "--what", "walk", "--out", "x.csv"], "csv can contain curves, points; not walk"),
        (["--format", "png", "--what", "sample", "--classes", "12", "--out", "x.png"], "no class '12'"),
        (["--format", "png", "--what", "sample", "--scale", "-1", "--out", "x.png"], "scale"),
        (["--format", "png", "--what", "sample", "--scale", "5000", "--out", "x.png"], "scale"),
        (["--format", "png", "--what", "sample", "--seed", "-1", "--out", "x.png"], "seed"),
        (["--format", "flac", "--out", "x.flac"], "--format: flac is unknown. Choose one of: png"),
        (["--out", "x.png"], "--format"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run(tmp_path / "run")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    try:
        code = cli.main(["export", str(folder), *words])
    except SystemExit as ended:
        code = ended.code
    assert code == 2
    assert told in capsys.readouterr().err
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize(("name", "package"), [("mp4", "av"), ("onnx", "onnxruntime"), ("tensorboard", "tensorboard")])
def test_a_missing_package_ends_in_its_command(
    name: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in [each for each in sys.modules if each.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, each)
    monkeypatch.setitem(sys.modules, package, None)
    out = tmp_path / f"x{FORMATS[name].suffix}"
    assert cli.main(["export", str(run(tmp_path / "run")), "--format", name, "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert "-m pip install --force-reinstall '" in told
    assert all(f"'{each}>=" in told for each in EXTRAS[FORMATS[name].extra])


def test_help_lists_formats_and_what_they_hold(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export", "--help"])
    told = capsys.readouterr().out
    for kind in FORMATS.values():
        assert f"{kind.name:13}{', '.join(kind.contents)}" in told
    assert "needs ganstudio[video]" in told
