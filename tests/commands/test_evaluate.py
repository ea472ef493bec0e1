"""`ganstudio evaluate`, and `ganstudio classifier` that makes what it judges digits with."""

import dataclasses
import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio import cli, networks
from ganstudio import config as cfg
from ganstudio.commands.evaluation import RealPictures
from ganstudio.data import catalog, digits
from ganstudio.evaluation import classifier, features, report
from ganstudio.latent import models
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import checkpoint
from ganstudio.runs.plan import create_folder
from support.imports import bring_in, pictures
from support.picture_folder import classes

DATA = cfg.DataConfig("digits", size=32)
WORDS = ("--samples", "100")


@pytest.fixture(scope="module", autouse=True)
def _digits_drawn_once() -> Iterator[None]:
    """Drawing the built-in digits takes longer than everything else here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digits, "draw", _Once(digits.draw))
        yield


class _Once:
    """`draw`, which gives what it gave before for the same number of digits at the same size."""

    def __init__(self, draw: Callable[[np.ndarray, int, Callable[[], bool]], np.ndarray]) -> None:
        self.draw, self.drawn = draw, {}

    def __call__(self, cells: np.ndarray, size: int, cancelled: Callable[[], bool]) -> np.ndarray:
        key = len(cells), size
        if key not in self.drawn:
            self.drawn[key] = self.draw(cells, size, cancelled)
        return self.drawn[key]


def model(path: Path, conditional: bool = False, data: cfg.DataConfig = DATA, mirrors: bool = False) -> cfg.RunConfig:
    """A generator file of an untrained network; its settings."""
    network = cfg.NetworkConfig("mlp", 4, 4, conditional=conditional, classes=10)
    config = cfg.RunConfig(data=data, network=network, stabilise=cfg.StabiliseConfig(mirror=mirrors))
    G = networks.generator(config, torch.Generator().manual_seed(0))
    about = {"name": "mine", "config": cfg.to_dict(config), "step": 7, "epoch": 0.5, "images": 448}
    checkpoint.save_snapshot(path, G.state_dict(), about)
    return config


def told(path: Path, out: Path, *words: str) -> dict:
    assert cli.main(["evaluate", str(path), "--json", str(out), *(words or WORDS)]) == 0
    found: dict = json.loads(out.read_text())
    return found


def test_samples_and_training_pictures_are_measured_against_the_same_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The built-in digits have no test pictures: every other one serves as such."""
    path = tmp_path / "mine.safetensors"
    config = model(path)
    found = told(path, tmp_path / "found.json")
    real, seeing = catalog.load("digits", size=32, channels=1).images, features.random_conv_features(32, 1)
    fakes = Sampler.from_snapshot(path, config).sample(noise(100, 4, seed=0))
    expected = report.measure(fakes, real[::2], seeing)
    for name in ("fcd", "precision", "recall", "density", "coverage"):
        assert found["samples"][name] == pytest.approx(getattr(expected, name), rel=1e-6)
    assert found["samples"]["classes"] is None
    assert (found["model"], found["step"], found["data"], found["seed"]) == ("mine", 7, "digits", 0)
    assert found["samples"]["count"] == found["training"]["count"] == 100
    assert found["samples"]["real_count"] == found["training"]["real_count"] == 899
    assert found["training"]["precision"] > 0.8 > found["samples"]["precision"]

    table = capsys.readouterr().out
    fcd, real = found["samples"]["fcd"], found["training"]["fcd"]
    assert "random-conv-64" in table
    (row,) = (line for line in table.splitlines() if line.startswith("FCD"))
    assert row.split()[3:] == [f"{fcd:.3f}", f"{real:.3f}", f"{fcd / real:.1f}", "times"]
    assert "recognisable" not in table


def test_the_same_seed_measures_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    model(path)
    first, again, other = (
        told(path, tmp_path / "found.json", *WORDS, "--seed", seed)["samples"]["fcd"] for seed in ("1", "1", "2")
    )
    assert first == again != other


def test_a_model_is_read_before_the_training_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, load = tmp_path / "mine.safetensors", RealPictures.load
    model(path)

    def load_and_remove(model: models.Model) -> RealPictures:
        path.unlink()  # as training does with a snapshot
        return load(model)

    monkeypatch.setattr(RealPictures, "load", load_and_remove)
    assert told(path, tmp_path / "found.json", "--samples", "50")["samples"]


def test_truncated_noise_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.safetensors"
    config = model(path)
    found = told(path, tmp_path / "found.json", *WORDS, "--truncation", "0.5")
    assert "truncation 0.5" in capsys.readouterr().out
    real, seeing = catalog.load("digits", size=32, channels=1).images, features.random_conv_features(32, 1)
    fakes = Sampler.from_snapshot(path, config).sample(noise(100, 4, seed=0) * np.float32(0.5))
    assert found["samples"]["fcd"] == pytest.approx(report.measure(fakes, real[::2], seeing).fcd, rel=1e-6)


def test_with_all_training_pictures_by_default(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    model(path)
    assert told(path, tmp_path / "found.json", "--seed", "0")["samples"]["count"] == 898


def test_a_conditional_model_is_asked_for_classes_as_often_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = tmp_path / "mine.safetensors", []
    model(path, conditional=True)
    plain = Sampler.sample

    def sample(self: Sampler, z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        asked.append(labels)
        return plain(self, z, labels)

    monkeypatch.setattr(Sampler, "sample", sample)
    told(path, tmp_path / "found.json", "--samples", "2000")
    shares = np.bincount(asked[0], minlength=10) / 2000
    real = np.bincount(catalog.load("digits", size=32, channels=1).labels, minlength=10) / 1797
    assert shares == pytest.approx(real, abs=0.03)


def test_digits_get_their_classes_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.safetensors"
    model(path, data=cfg.DataConfig("digits", size=28))
    found = told(path, tmp_path / "found.json")
    assert found["samples"]["features"] == "digit-classifier"
    assert sum(found["samples"]["classes"]) == pytest.approx(1)
    assert found["training"]["sure"] > 0.8
    assert max(found["training"]["classes"]) < 0.2 < max(found["samples"]["classes"])  # an untrained G draws one blob
    assert found["training"]["kl"] < 0.2
    table = capsys.readouterr().out
    assert f"{found['training']['sure']:.1%}" in table
    assert [line.split()[1] for line in table.splitlines() if line.startswith("class ")] == list("0123456789")


def test_a_copy_among_the_samples_is_found_and_shown_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "mine.safetensors", tmp_path / "near.png"
    model(path)
    train = catalog.load("digits", size=32, channels=1).images[0::2]  # of the half that the others are compared with
    plain = Sampler.sample

    def sample(self: Sampler, z: np.ndarray, labels: None) -> np.ndarray:
        made = plain(self, z, labels)
        made[42] = train[123]
        return made

    monkeypatch.setattr(Sampler, "sample", sample)
    found = told(path, tmp_path / "found.json", *WORDS, "--neighbours", str(out))["memory"]
    assert found["closest"] == 0
    assert found["samples"] > found["test"] > 0
    assert found["copies"] == 0.01
    sheet = np.asarray(Image.open(out))
    assert sheet.shape == (10 * 68 - 4, 11 * 68 - 4)
    for column in (0, 1, 6):  # the sample, the nearest in pixels, the nearest in features
        assert np.array_equal(sheet[:64, column * 68 :][:, :64], train[123].repeat(2, 0).repeat(2, 1))
    table = capsys.readouterr().out
    assert "0.00 times as far" in table
    assert "1.0% of the samples are near-copies" in table


@pytest.mark.parametrize("mirrors", [True, False])
def test_a_mirrored_copy_counts_where_training_mirrors(
    mirrors: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "mine.safetensors", tmp_path / "near.png"
    model(path, mirrors=mirrors)
    whole = catalog.load("digits", size=32, channels=1)
    small = dataclasses.replace(whole, images=whole.images[:60], labels=whole.labels[:60])
    monkeypatch.setattr(catalog, "load", lambda *_, **__: small)
    monkeypatch.setattr(Sampler, "sample", lambda _, z, labels: small.images[: len(z), :, ::-1].copy())
    copies = told(path, tmp_path / "found.json", "--samples", "20", "--neighbours", str(out))["memory"]["copies"]
    assert (copies == 1.0) == mirrors
    first, second = (np.asarray(Image.open(out))[:64, column * 68 :][:, :64] for column in (0, 1))
    assert np.array_equal(first, second) == mirrors


def test_a_model_is_measured_against_the_version_of_imported_pictures_that_it_learned_from(tmp_path: Path) -> None:
    first = bring_in(classes(tmp_path / "source", each=3))
    settings = cfg.RunConfig(data=cfg.DataConfig("own", size=8, channels=3))
    run = create_folder(tmp_path / "run", settings, catalog.load("own", size=8, channels=3))
    (run.path / "snapshots" / "00000007.safetensors").touch()
    bring_in(classes(tmp_path / "source", each=5), is_update=True)
    assert np.array_equal(RealPictures.load(models.of_run(run)).learned, pictures(first))


def test_a_model_is_measured_against_pictures_where_they_were_when_its_run_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "data"))
    done = bring_in(classes(tmp_path / "source", each=2))
    settings = cfg.RunConfig(data=cfg.DataConfig("own", size=8, channels=3))
    run = create_folder(tmp_path / "run", settings, catalog.load("own", size=8, channels=3))
    (run.path / "snapshots" / "00000007.safetensors").touch()
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "other"))
    assert np.array_equal(RealPictures.load(models.of_run(run)).learned, pictures(done))


@pytest.mark.parametrize("few", [True, False])
def test_copies_are_looked_for_where_there_are_few_pictures(
    few: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, whole = tmp_path / "mine.safetensors", catalog.load("digits", size=32, channels=1)
    model(path)
    count = 499 if few else 500
    small = dataclasses.replace(whole, images=whole.images[:count], labels=whole.labels[:count])
    monkeypatch.setattr(catalog, "load", lambda *_, **__: small)
    monkeypatch.setattr(Sampler, "sample", lambda _, z, labels: whole.images[: len(z)])
    found = told(path, tmp_path / "found.json")["memory"]
    assert (found and found["copies"]) == (1.0 if few else None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--samples", "9"], "--samples must be from 10"),
        (["--seed", "-1"], "--seed must be from 0"),
        (["--truncation", "1.5"], "--truncation must be from 0"),
        (["--neighbours", "near.jpg"], "must end in .png"),
        (["--json", "nowhere/found.json"], "no folder nowhere"),
        (["--json", "."], "cannot be written"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_measured(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    model(Path("mine.safetensors"))
    assert cli.main(["evaluate", "mine.safetensors", *words]) == 2
    assert said in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["mine.safetensors"]


def test_an_unknown_model_and_missing_data_are_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["evaluate", str(tmp_path / "none")]) == 2
    assert "There is no model" in capsys.readouterr().err
    model(tmp_path / "mine.safetensors", data=cfg.DataConfig("kmnist"))
    assert cli.main(["evaluate", str(tmp_path / "mine.safetensors")]) == 2
    assert "ganstudio datasets download kmnist" in capsys.readouterr().err


# ---- the classifier --------------------------------------------------------------------------------------------


@pytest.fixture
def small_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> catalog.Dataset:
    """A data home whose MNIST is some of the built-in digits: 1,280 to train with, 517 to test."""
    known = catalog.load("digits", size=28, channels=1)
    folder = tmp_path / "small" / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name, some in (("train", slice(1280)), ("t10k", slice(1280, None))):
        for kind, values in (("images-idx3", known.images[some]), ("labels-idx1", known.labels[some])):
            head = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
            (folder / f"{name}-{kind}-ubyte").write_bytes(head + values.tobytes())
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "small"))
    return known


def test_making_a_classifier_says_how_right_its_file_is(
    tmp_path: Path, small_mnist: catalog.Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.safetensors"
    assert cli.main(["classifier", "--out", str(out), "--epochs", "2", "--seed", "3"]) == 0
    said = capsys.readouterr()
    right = classifier.accuracy(classifier.load(out), small_mnist.images[1280:], small_mnist.labels[1280:])
    assert right > 0.7
    assert f"{right:.2%} of 517 test digits right" in said.out
    assert "epoch 2 of 2" in said.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "a.safetensors", "--epochs", "0"], "--epochs must be from 1"),
        (["--out", "nowhere/a.safetensors"], "There is no folder nowhere"),
        (["--out", "."], "cannot be written"),
    ],
)
def test_a_classifier_that_cannot_be_made(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["classifier", *words]) == 2
    assert said in capsys.readouterr().err
    assert not Path("a.safetensors").exists()
