"""`ganstudio train` and `classifier` on files of the user that are odd."""

from pathlib import Path

import numpy as np
import pytest

from ganstudio import cli
from ganstudio.commands.classifier import train_classifier
from ganstudio.errors import DataError
from support.data import idx_bytes, lay_out, small_idx

PICTURES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
LETTERS = idx_bytes((np.arange(12) % 26 + 20).astype(np.uint8))


def train(home: Path, *words: str) -> int:
    tiny = "--preset gan-2014 --data.name mnist --network.width 4 --steps 1 --optimizer.batch-size 4 --device cpu"
    engine = "--engine.precision float32 --engine.threads 1"
    return cli.main(["train", "--data", str(home), "--out", str(home / "run"), *f"{tiny} {engine}".split(), *words])


def test_labels_beyond_the_classes_are_refused_before_a_run_is_made(tmp_path: Path, capsys) -> None:
    lay_out(tmp_path / "MNIST" / "raw", {**small_idx(), LABELS: LETTERS})
    assert train(tmp_path, "--network.conditional") == 2
    told = capsys.readouterr().err
    assert "labels of the pictures reach 31, but MNIST has 10 classes, 0 to 9" in told
    assert "--network.classes 32" in told
    assert not (tmp_path / "run").exists()
    assert train(tmp_path, "--network.conditional", "--network.classes", "32") == 0


def test_what_was_ignored_of_a_file_is_told(tmp_path: Path, capsys) -> None:
    raw = lay_out(tmp_path / "MNIST" / "raw", small_idx())
    (raw / PICTURES).write_bytes((raw / PICTURES).read_bytes() + b"\n")
    assert train(tmp_path) == 0
    assert f"{raw / PICTURES} has bytes behind its end. They were ignored." in "".join(capsys.readouterr())


@pytest.mark.parametrize("split", ["train", "t10k"])
def test_a_classifier_of_digits_is_not_trained_on_letters(tmp_path: Path, monkeypatch, split: str) -> None:
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path))
    raw = lay_out(tmp_path / "MNIST" / "raw", {**small_idx(), f"{split}-labels-idx1-ubyte": LETTERS})
    with pytest.raises(DataError, match=rf"reach 31.*knows 0 to 9.*{raw}"):
        train_classifier(tmp_path / "out.safetensors", 1, 0)
