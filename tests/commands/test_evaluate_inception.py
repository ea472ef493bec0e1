"""`ganstudio evaluate --fid-weights`: which file is taken, what is said, and what is kept for the next time."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio import cli
from ganstudio.commands import evaluation_report
from ganstudio.commands.evaluation import RealPictures
from ganstudio.commands.evaluation_report import InceptionReport
from ganstudio.evaluation import fidelity
from ganstudio.evaluation.inception import network, references, source, summary, weights
from ganstudio.evaluation.inception.kid import kernel_distance
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.system import paths
from support import models

FEW_FEATURES = 24
TRAINING = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)


class Stripes:
    """Stands for Inception: the means of some rows."""

    device = torch.device("cpu")

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        self.seen += len(x)
        return torch.nn.functional.adaptive_avg_pool2d(x[:, :1], (FEW_FEATURES, 1)).flatten(1)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return models.generator_file(tmp_path / "mine.safetensors", models.config())


@pytest.fixture
def stripes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stripes:
    """The network in place of Inception; any file is that of its weights."""
    for module in (network, summary, references):
        monkeypatch.setattr(module, "FEATURES", FEW_FEATURES)
    monkeypatch.setattr(paths, "inception_folder", lambda: tmp_path / "kept")
    monkeypatch.setattr("ganstudio.commands.evaluate.check_weights", lambda _: None)
    real = RealPictures(TRAINING[::2], np.arange(20) % 3, TRAINING[1::2], TRAINING)
    monkeypatch.setattr(RealPictures, "load", lambda _: real)
    made = Stripes()
    monkeypatch.setattr(weights, "load", lambda *_: made)
    return made


def measured(model: Path, *words: str) -> dict:
    out = model.with_name("found.json")
    assert cli.main(["evaluate", str(model), "--fid-weights", "any.pth", "--json", str(out), *words]) == 0
    found: dict = json.loads(out.read_text())["inception"]
    return found


def features(pictures: np.ndarray) -> np.ndarray:
    made: np.ndarray = Stripes()(network_input(pictures)).numpy()
    return made


def network_input(pictures: np.ndarray) -> torch.Tensor:
    from ganstudio.evaluation.inception.resize import prepare

    return prepare(pictures)


def test_samples_are_measured_against_all_training_pictures(
    model: Path, stripes: Stripes, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured(model, "--samples", "50")
    fake = features(Sampler.from_snapshot(model, models.config()).sample(noise(50, 8, seed=0)))
    real = features(TRAINING)
    moments = [fidelity.compute_moments(points) for points in (fake, real)]
    assert found["fid"] == pytest.approx(fidelity.frechet_distance(*moments), rel=1e-6)
    kid = kernel_distance(fake, real)
    assert (found["kid"], found["kid_deviation"]) == pytest.approx((kid.mean, kid.deviation), rel=1e-6)
    assert (found["samples"], found["references"], found["training"]) == (50, 40, 40)
    assert (found["subsets"], found["subset"], found["weights"]) == (100, 40, source.SHA256)
    said = capsys.readouterr()
    assert "50 samples against 40 training pictures (all), Inception of 2015-12-05, 299 x 299" in said.out
    assert "no antialiasing" in said.out
    assert "grey as three equal channels" in said.out
    assert f"FID-50 {found['fid']:>28.3f}".split() in [line.split() for line in said.out.splitlines()]
    assert said.out.index("\nKID ") < said.out.index("\nFID-50 ")  # few pictures: KID first
    assert "50 samples take about" in said.err
    assert "40 training pictures" in said.err


@pytest.mark.parametrize(("samples", "references"), [(50_000, 100), (100, 50_000), (50_000, 50_000)])
def test_fid_comes_first_only_where_both_are_many(samples: int, references: int) -> None:
    found = InceptionReport(1.0, 2.0, 0.1, 100, 40, samples, references, references, "protocol", "")
    first, second, advice = evaluation_report._describe_inception(found)[-3:]
    few = min(samples, references) == 100
    assert [line.split()[0][:3] for line in (first, second)] == (["KID", "FID"] if few else ["FID", "KID"])
    assert ("FID is far too high" in advice) == few


def test_training_pictures_are_seen_once(model: Path, stripes: Stripes, capsys: pytest.CaptureFixture[str]) -> None:
    first, seen = measured(model, "--samples", "20"), stripes.seen
    assert measured(model, "--samples", "20") == first
    assert stripes.seen - seen < 60 < seen
    assert "known from the last time" in capsys.readouterr().err
    (kept,) = paths.inception_folder().iterdir()
    kept.write_bytes(kept.read_bytes()[:-50])  # damaged: made again
    assert measured(model, "--samples", "20") == first
    assert measured(model, "--samples", "20", "--fid-references", "30")["references"] == 30
    assert len(list(paths.inception_folder().iterdir())) == 2
    assert "30 training pictures (of 40)" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_loses_no_figures(
    model: Path, stripes: Stripes, capsys: pytest.CaptureFixture[str]
) -> None:
    paths.inception_folder().touch()
    assert measured(model, "--samples", "20")["fid"] > 0
    assert "cannot be kept in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "There is no file"),
        (b"PK", "has 2 bytes, and the weights of Inception have 40: it is another file, or its download was cut off"),
        (b"x" * 40, f"its SHA-256 begins with {hashlib.sha256(b'x' * 40).hexdigest()[:8]}, not 6726825d"),
        ("folder", "Is a directory"),
    ],
)
def test_another_file_is_not_opened(
    content: bytes | str | None,
    told: str,
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def read(*_: object, **__: object) -> None:
        raise AssertionError("it was unpickled")

    monkeypatch.setattr(torch, "load", read)
    monkeypatch.setattr(source, "BYTES", 40)
    file = tmp_path / "weights.pth"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_bytes(content)
    assert cli.main(["evaluate", str(model), "--samples", "20", "--fid-weights", str(file)]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "(96 MB, Apache-2.0" in said
    assert (
        "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth"
        in said
    )
    assert "Making" not in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--fid-weights"], "--fid-weights needs a file. The weights of Inception"),
        (["--fid-references", "5"], "--fid-references is for FID and KID"),
        (["--fid-references", "5", "--fid-weights", "w.pth"], "--fid-references must be at least 10; got 5"),
    ],
)
def test_what_is_missing_is_told(words: list[str], told: str, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", str(model), *words]) == 2
    assert told in capsys.readouterr().err


def test_the_file_is_loaded_without_running_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights by name that are not Inception's are refused by the name of the first that is missing."""
    file = tmp_path / "w.pth"
    torch.save({"Conv2d_1a_3x3.conv.weight": torch.zeros(32, 3, 3, 3)}, file)
    content = file.read_bytes()
    monkeypatch.setattr(source, "BYTES", len(content))
    monkeypatch.setattr(source, "SHA256", hashlib.sha256(content).hexdigest())
    given = []
    plain = torch.load
    monkeypatch.setattr(torch, "load", lambda *words, **settings: given.append(settings) or plain(*words, **settings))
    with pytest.raises(source.DataError, match=r"Conv2d_1a_3x3\.bn\.weight is missing"):
        weights.load(file)
    assert given[0]["weights_only"] is True
