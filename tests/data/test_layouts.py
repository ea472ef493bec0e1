"""Files of a data set as people have them: spelled otherwise, unpacked into folders, a folder too deep."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from ganstudio import cli
from ganstudio.data import catalog, cifar
from ganstudio.errors import DataError
from ganstudio.system import paths
from support.data import idx_bytes, lay_out, small_cifar, small_idx, small_idx_zipped

PICTURES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
PLAIN = small_idx()


def load(home: Path, name: str = "mnist") -> catalog.Dataset:
    return catalog.load(name, size=28, channels=1, home=home)


def message(home: Path, name: str = "mnist") -> str:
    with pytest.raises(DataError) as error:
        load(home, name)
    return error.value.typed


@pytest.mark.parametrize("files", [PLAIN, small_idx_zipped()], ids=["plain", "gzipped"])
def test_the_dot_of_the_archives_is_as_good_as_the_hyphen(tmp_path, files):
    lay_out(tmp_path / "MNIST" / "raw", {name.replace("-idx", ".idx"): content for name, content in files.items()})
    assert catalog.state("mnist", tmp_path).state == "ready"
    assert load(tmp_path).labels.tolist() == list(PLAIN[LABELS][8:])
    assert len(catalog.load("mnist", size=28, channels=1, home=tmp_path, split="test").images) == 12


@pytest.mark.parametrize("inner", [PICTURES, "train-images.idx3-ubyte", f"{PICTURES}.gz"])
def test_a_folder_of_a_files_name_is_looked_into(tmp_path, inner):
    raw = lay_out(tmp_path / "MNIST" / "raw", {LABELS: PLAIN[LABELS]})
    content = PLAIN[PICTURES]
    lay_out(raw / PICTURES, {inner: gzip.compress(content) if inner.endswith(".gz") else content})
    assert catalog.state("mnist", tmp_path).state == "ready"
    assert len(load(tmp_path).images) == 12


@pytest.mark.parametrize("make", ["folder", "pipe", "link"])
def test_what_bears_a_files_name_and_is_none_is_told_though_mnist_is_built_in(tmp_path, make):
    raw = lay_out(tmp_path / "MNIST" / "raw", {LABELS: PLAIN[LABELS]})
    if make == "folder":
        (raw / PICTURES).mkdir()
    elif make == "pipe":
        os.mkfifo(raw / PICTURES)
    else:
        (raw / PICTURES).symlink_to(tmp_path / "nowhere")
    words = {"folder": "is a folder", "pipe": "is a pipe", "link": "is a link to"}
    assert f"{raw / PICTURES} " in message(tmp_path)
    assert words[make] in message(tmp_path)
    (raw / f"{PICTURES}.gz").write_bytes(gzip.compress(PLAIN[PICTURES]))
    data = load(tmp_path)
    assert len(data.images) == 12
    assert f"{raw / PICTURES}.gz was taken instead" in data.notes[0]


@pytest.mark.parametrize("deep", ["MNIST/raw", "MNIST", "mnist", "MNIST/raw/../raw"])
def test_a_data_folder_that_is_named_too_deep(tmp_path, deep):
    lay_out(tmp_path / "MNIST" / "raw", PLAIN)
    home = tmp_path / deep
    if deep == "mnist":
        (tmp_path / "MNIST").rename(home)
    assert catalog.state("mnist", home).state == "ready"
    assert len(load(home).images) == 12
    for other in ("kmnist", "fashion-mnist"):
        assert catalog.state(other, home).state == "can be downloaded"


def test_files_without_the_innermost_folder(tmp_path):
    lay_out(tmp_path / "KMNIST", PLAIN)
    assert len(load(tmp_path, "kmnist").images) == 12
    assert catalog.state("mnist", tmp_path).state == "built in"
    lay_out(tmp_path / "KMNIST" / "raw", small_idx(count=7))
    assert len(load(tmp_path, "kmnist").images) == 7  # the usual folder comes first


@pytest.mark.parametrize("name", ["mnist", "kmnist"])
def test_files_that_might_be_of_any_data_set_are_not_taken_but_told(tmp_path, name):
    lay_out(tmp_path, PLAIN)
    told = message(tmp_path, name)
    assert f"{tmp_path / PICTURES} is there: if it belongs to {catalog.find(name).title}, move it" in told
    assert not catalog.is_available(name, tmp_path)


@pytest.mark.parametrize(
    ("home", "folder"),
    [
        ("d", "d"),
        (f"d/{cifar.FOLDER}", f"d/{cifar.FOLDER}"),
        ("d", "d/cifar-10-python"),
        ("d", "d/cifar-10-python.tar"),
    ],
)
def test_cifar_is_found_around_the_data_folder(tmp_path, home, folder):
    inside = "" if folder.endswith(cifar.FOLDER) else cifar.FOLDER
    lay_out(tmp_path / folder / inside, small_cifar(count=2))
    assert catalog.state("cifar10", tmp_path / home).state == "ready"
    assert len(catalog.load("cifar10", size=32, channels=3, home=tmp_path / home).images) == 10


def test_a_data_folder_that_is_a_file_is_told_though_mnist_is_built_in(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert catalog.state("mnist", tmp_path / "file").state == "unreadable"
    told = message(tmp_path / "file")
    assert "is not a folder" in told
    assert "choose another folder for data sets" in told
    assert "is not a folder" in message(tmp_path / "file", "cifar10")


def test_a_data_folder_that_may_not_be_looked_into_is_told(tmp_path, monkeypatch):
    """Permissions do not bind everybody who runs tests, and a disk that is gone says the same of every file."""
    lay_out(tmp_path / "MNIST" / "raw", PLAIN)
    stat = os.stat

    def refuse(path, *args, **options):
        if "MNIST" in str(path) and not isinstance(path, int):
            raise OSError(107, "Transport endpoint is not connected", str(path))
        return stat(path, *args, **options)

    monkeypatch.setattr(os, "stat", refuse)
    monkeypatch.setattr(os, "lstat", refuse)
    monkeypatch.setattr(os.path, "lexists", lambda path: "MNIST" not in str(path))
    monkeypatch.setattr(os.path, "isdir", lambda path: "MNIST" not in str(path))
    assert catalog.state("mnist", tmp_path).state == "unreadable"
    assert "Transport endpoint is not connected. Make it readable, or choose another folder" in message(tmp_path)


def test_a_usual_folder_that_is_out_of_reach_leaves_what_is_built_in(tmp_path, monkeypatch):
    """Such as that of another user, where a program runs without a home of its own."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.delenv("GANSTUDIO_DATA")
    monkeypatch.setattr(paths, "usual_home", lambda key: tmp_path / "file")
    assert catalog.state("mnist").state == "built in"
    assert catalog.state("kmnist").state == "unreadable"
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "file"))
    assert catalog.state("mnist").state == "unreadable"


def test_files_that_vanish_or_change_while_they_are_used_do_no_harm(tmp_path):
    raw = lay_out(tmp_path / "MNIST" / "raw", PLAIN)
    data = load(tmp_path)
    before = data.images.copy()
    with (raw / PICTURES).open("r+b") as file:
        file.truncate(20)
    (raw / LABELS).unlink()
    np.testing.assert_array_equal(data.images, before)


def test_download_mends_the_one_broken_file_of_an_own_mnist(tmp_path, capsys):
    labels = gzip.compress(idx_bytes(np.zeros(60_000, np.uint8)))  # as many as the pictures that are copied
    files = {**small_idx_zipped(), f"{PICTURES}.gz": b"<!DOCTYPE html>", f"{LABELS}.gz": labels}
    raw = lay_out(tmp_path / "MNIST" / "raw", files)
    before = (raw / f"{LABELS}.gz").read_bytes()
    command = f"ganstudio datasets download mnist --data {tmp_path}"
    assert message(tmp_path).endswith(command)
    assert cli.main(command.split()[1:]) == 0
    assert capsys.readouterr().out == f"MNIST is ready in {raw}\n"
    assert (raw / f"{LABELS}.gz").read_bytes() == before
    built_in = catalog.state("mnist", tmp_path / "empty").path
    assert (raw / f"{PICTURES}.gz").read_bytes() == (built_in / f"{PICTURES}.gz").read_bytes()
    assert sorted(each.name for each in raw.iterdir()) == sorted(small_idx_zipped())
