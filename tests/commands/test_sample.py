"""`ganstudio sample`: models by name, classes, truncation."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio import cli, networks
from ganstudio import config as cfg
from ganstudio.commands import sample_files
from ganstudio.latent import models
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import checkpoint
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.system import paths

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


def test_a_snapshot_that_training_replaces_meanwhile_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, find = run(tmp_path / "run", NETWORK), models.find

    def replace_after(name: str) -> models.Model:
        found = find(name)
        found.path.rename(RunFolder.open(folder).snapshot_path(found.step + 10))
        monkeypatch.setattr(models, "find", find)
        return found

    monkeypatch.setattr(models, "find", replace_after)
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


# ---- models, one class, truncation ------------------------------------------------------------------------------


def generator_file(path: Path, network: cfg.NetworkConfig, seed: int = 1) -> Path:
    """A generator with its settings, in one file."""
    config = cfg.RunConfig(data=cfg.DataConfig("fashion-mnist"), network=network)
    G = networks.generator(config, torch.Generator().manual_seed(seed))
    checkpoint.save_snapshot(path, G.state_dict(), {"name": "mine", "step": 3, "config": cfg.to_dict(config)})
    return path


def of_model(model: object, out: Path, *words: str) -> np.ndarray:
    assert cli.main(["sample", "--model", str(model), "--count", "3", "--out", str(out), *words]) == 0
    pictures: np.ndarray = np.load(out)
    return pictures


def test_a_model_is_a_run_a_file_or_a_bundled_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, folder = tmp_path / "s.npy", run(tmp_path / "run", NETWORK)
    assert np.array_equal(of_model(folder, out), expected(folder, [0, 1, 2, 3, 4])[:3])
    file = generator_file(tmp_path / "mine.safetensors", NETWORK)
    from_file = of_model(file, out)
    sampler = Sampler.from_model(models.find(file))
    assert np.array_equal(from_file, sampler.sample(noise(3, 4, seed=0)))
    (tmp_path / "resources" / "pretrained").mkdir(parents=True)
    generator_file(tmp_path / "resources" / "pretrained" / "mnist.safetensors", NETWORK)
    monkeypatch.setattr(paths, "resources", lambda: tmp_path / "resources")
    assert np.array_equal(of_model("mnist", out), from_file)


def test_a_label_is_one_class_for_all(tmp_path: Path) -> None:
    out, file = tmp_path / "s.npy", generator_file(tmp_path / "g.safetensors", NETWORK)
    wanted = Sampler.from_model(models.find(file)).sample(noise(3, 4, seed=0), np.array([8, 8, 8]))
    assert np.array_equal(of_model(file, out, "--label", "8"), wanted)
    assert np.array_equal(of_model(file, out, "--label", "Bag"), wanted)


def test_truncation_draws_pictures_together(tmp_path: Path) -> None:
    out, file = tmp_path / "s.npy", generator_file(tmp_path / "g.safetensors", NETWORK)
    sampler, z = Sampler.from_model(models.find(file)), noise(3, 4, seed=0)
    labels = np.array([2, 2, 2])
    assert np.array_equal(of_model(file, out, "--label=2", "--truncation", "0.5"), sampler.sample(z / 2, labels))
    alike = of_model(file, out, "--label=2", "--truncation", "0")
    assert np.array_equal(alike[0], alike[2])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--label", "3,4"], "--label: there is no class '3,4'"),
        (["--label", "3", "--classes", "4"], "either --label"),
        (["--truncation", "1.5"], "--truncation must be from 0 to 1; got 1.5"),
        (["--truncation", "nan"], "--truncation must be"),
    ],
)
def test_what_cannot_be_is_told(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = generator_file(tmp_path / "g.safetensors", NETWORK)
    assert cli.main(["sample", "--model", str(file), "--out", str(tmp_path / "s.npy"), *words]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "s.npy").exists()


@pytest.mark.parametrize(("words", "told"), [([], "RUN"), (["--model", "mnist", "run"], "not allowed with")])
def test_one_model_must_be_named(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["sample", "--out", str(tmp_path / "s.npy"), *words])
    assert end.value.code == 2
    assert told in capsys.readouterr().err


def test_an_unknown_model_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sample", "--model", "mnits", "--out", str(tmp_path / "s.npy")]) == 2
    assert "There is no model mnits: it is neither mnist" in capsys.readouterr().err


def test_a_folder_gets_a_picture_each_the_same_as_in_a_grid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_files, "_AT_ONCE", 2)
    folder, out = run(tmp_path / "run", NETWORK), tmp_path / "pictures"
    assert cli.main(["sample", str(folder), "--count", "5", "--out", f"{out}/"]) == 0
    files = sorted(out.glob("*.png"))
    assert [file.name for file in files] == [f"0000{number}.png" for number in range(5)]
    assert sorted(set(out.iterdir()) - set(files)) == [out / "about.json", out / "dataset.json", out / "metadata.csv"]
    pictures = [np.asarray(Image.open(file)) for file in files]
    assert np.array_equal(pictures, expected(folder, [0, 1, 2, 3, 4]))


def test_the_current_folder_takes_pictures_if_it_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = run(tmp_path / "run", NETWORK), tmp_path / "empty"
    out.mkdir()
    monkeypatch.chdir(out)
    assert cli.main(["sample", str(folder), "--count", "2", "--out", "."]) == 0
    beside = ["about.json", "dataset.json", "metadata.csv"]
    assert sorted(file.name for file in out.iterdir()) == ["00000.png", "00001.png", *beside]


@pytest.mark.parametrize("name", ["a.PNG", "b.Npy", "lr0.0002.png"])
def test_endings_may_be_in_capitals_and_names_have_dots(name: str, tmp_path: Path) -> None:
    folder = run(tmp_path / "run", NETWORK)
    assert cli.main(["sample", str(folder), "--count", "2", "--out", str(tmp_path / name)]) == 0
    data = (tmp_path / name).read_bytes()
    assert data.startswith(b"\x89PNG" if name.lower().endswith("png") else b"\x93NUMPY")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--out", "a.jpg"], "--out must end in .png (a grid), .npy (numbers) or / (a folder"),
        (["--out", "full/"], "cannot take the pictures (It is not empty)"),
        (["--out", "file/"], "cannot take the pictures ("),
        (["--out", "none/a.png"], "There is no folder none"),
        (["--count", "100000000", "--out", "a.png"], "--count must be at most 171,196 for a grid of this model"),
        (["--count", "100000000", "--out", "a.npy"], "--count must be at most 5,478,274 for one array"),
        (["--count", "100000000", "--out", "new/"], "--count must be at most 10,000,000 for a folder"),
        (
            ["--count", "2000000", "--out", "a.zip"],
            "at most 1,000,000 for a zip of this model; got 2,000,000. A folder",
        ),
        (["--count", "100000000", "--out", "a.csv"], "--count must be at most 10,000,000 for a file .csv"),
        (["--out", "a.idx.gz"], "/ (a folder with a picture each), in .zip"),
    ],
)
def test_what_cannot_be_written_is_refused_before_it_is_made(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run(tmp_path / "run", NETWORK)
    (tmp_path / "full").mkdir()
    for name in ("full/mine", "file"):
        (tmp_path / name).touch()
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["sample", str(folder), *words]) == 2
    assert told in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_disk_that_fills_leaves_no_part_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    folder = run(tmp_path / "run", NETWORK)
    monkeypatch.setattr(Image.Image, "save", full)
    for out in ("new/", "a.png"):
        assert cli.main(["sample", str(folder), "--count", "2", "--out", f"{tmp_path}/{out}"]) == 2
        assert "No space left on device" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("run", "data-home", "runs-home")] == []
