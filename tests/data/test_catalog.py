import gzip
import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data import catalog, cifar, torchvision_bridge
from ganstudio.errors import Cancelled, DataError
from ganstudio.system import paths
from support.data import cifar_archive, idx_bytes, lay_out, names, small_cifar, small_idx, small_idx_zipped


def offer(monkeypatch, url: str, files: dict[str, bytes]) -> None:
    """Make the bridge say that `files` lie at `url`."""
    archives = [
        torchvision_bridge.Archive(name, (url + name,), hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    ]
    monkeypatch.setattr(torchvision_bridge, "archives", lambda dataset: archives)


def test_every_data_set_says_what_it_is():
    assert list(catalog.DATASETS) == ["digits", "mnist", "fashion-mnist", "kmnist", "cifar10"]
    for name, info in catalog.DATASETS.items():
        assert info.name == name
        assert info.licence
        assert info.source
        assert len(info.labels) == 10
        assert info.built_in == (info.download_bytes == 0)
    assert catalog.DATASETS["kmnist"].download_bytes == 21_240_888


def test_unknown_name_gets_the_nearest():
    with pytest.raises(DataError, match=r"'fashionmnist'.*Did you mean fashion-mnist\?.*digits, mnist"):
        catalog.find("fashionmnist")
    with pytest.raises(DataError, match=r"Did you mean mnist"):
        catalog.state("MNIST")


def test_states(tmp_path, monkeypatch):
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path))
    assert catalog.state("digits").state == "built in"
    assert catalog.is_available("digits")
    assert catalog.state("mnist").state == "built in"
    assert catalog.is_available("mnist")
    assert not catalog.is_in_data_folder("mnist")
    for name in ("fashion-mnist", "kmnist", "cifar10"):
        state = catalog.state(name)
        assert (state.state, state.path) == ("can be downloaded", None)
        assert state.bytes == state.info.download_bytes
        assert not catalog.is_available(name)
    files = small_idx_zipped()
    raw = lay_out(tmp_path / "KMNIST" / "raw", files)
    assert catalog.state("kmnist").state == "ready"
    assert catalog.state("kmnist").path == raw
    assert catalog.state("kmnist").bytes == sum(map(len, files.values()))
    (raw / "train-labels-idx1-ubyte.gz").unlink()
    assert not catalog.is_available("kmnist")
    lay_out(tmp_path, {cifar.ARCHIVE: b"some"})
    assert catalog.state("cifar10").path == tmp_path / cifar.ARCHIVE
    lay_out(tmp_path / cifar.FOLDER, small_cifar())
    assert catalog.state("cifar10").path == tmp_path / cifar.FOLDER


@pytest.mark.parametrize("files", [small_idx(), small_idx_zipped()], ids=["plain", "gzipped"])
def test_loads_from_a_read_only_folder_and_writes_nothing(tmp_path, files):
    raw = lay_out(tmp_path / "MNIST" / "raw", files)
    raw.chmod(0o555)
    try:
        train = catalog.load("mnist", size=28, channels=1, home=tmp_path)
        test = catalog.load("mnist", size=32, channels=3, home=tmp_path, split="test")
    finally:
        raw.chmod(0o755)
    content = small_idx()["train-images-idx3-ubyte"]
    np.testing.assert_array_equal(train.images, np.frombuffer(content, np.uint8, offset=16).reshape(12, 28, 28))
    assert train.labels.tolist() == list(small_idx()["train-labels-idx1-ubyte"][8:])
    assert test.images.shape == (12, 32, 32, 3)
    assert names(raw) == sorted(files)


def test_loads_cifar(tmp_path):
    lay_out(tmp_path / cifar.FOLDER, small_cifar(count=2))
    assert catalog.load("cifar10", size=64, channels=3, home=tmp_path).images.shape == (10, 64, 64, 3)
    assert catalog.load("cifar10", size=28, channels=1, home=tmp_path, split="test").images.shape == (2, 28, 28)


def test_digits_at_any_layout():
    assert catalog.load("digits", size=28, channels=3).images.shape == (1797, 28, 28, 3)


def test_the_real_mnist_is_built_in():
    assert catalog.state("mnist").path == paths.resources() / "MNIST" / "raw"
    data = catalog.load("mnist", size=28, channels=1)
    assert data.images.shape == (60_000, 28, 28)
    assert hashlib.md5(idx_bytes(data.images)).hexdigest() == "6bbc9ace898e44ae57da46a324031adb"
    assert np.bincount(data.labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


def test_missing_and_broken_files_say_what_to_do(tmp_path):
    def message(name: str) -> str:
        with pytest.raises(DataError) as error:
            catalog.load(name, size=28, channels=1, home=tmp_path)
        return str(error.value)

    missing = message("kmnist")
    assert str(tmp_path / "KMNIST/raw/train-images-idx3-ubyte.gz") in missing
    assert missing.endswith("is missing. Kuzushiji-MNIST can be downloaded (21 MB).")
    raw = lay_out(tmp_path / "KMNIST" / "raw", {**small_idx_zipped(), "train-images-idx3-ubyte.gz": b""})
    assert f"{raw / 'train-images-idx3-ubyte.gz'} is empty: at least 16 bytes expected, 0 found." in message("kmnist")
    lay_out(raw, {**small_idx_zipped(), "train-labels-idx1-ubyte.gz": gzip.compress(idx_bytes(np.zeros(5, np.uint8)))})
    assert "contains 12 pictures but 5 labels" in message("kmnist")
    assert "data_batch_1 is missing" in message("cifar10")


def test_download_fetches_only_what_is_missing_or_broken(server, tmp_path, monkeypatch):
    files = small_idx_zipped()
    server.files.update(files)
    offer(monkeypatch, server.url, files)
    raw = lay_out(
        tmp_path / "KMNIST" / "raw",
        {
            "train-labels-idx1-ubyte": small_idx()["train-labels-idx1-ubyte"],  # plain is as good
            "t10k-images-idx3-ubyte.gz": gzip.compress(small_idx()["t10k-images-idx3-ubyte"], 1),  # recompressed
            "t10k-labels-idx1-ubyte.gz": b"",
        },
    )
    seen: list[tuple[int, int]] = []
    assert catalog.download("kmnist", tmp_path, progress=lambda done, total: seen.append((done, total))) == raw
    assert server.asked == ["/train-images-idx3-ubyte.gz", "/t10k-labels-idx1-ubyte.gz"]
    total = 18_165_135 + 5_120
    assert seen[0] == (0, total)
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(catalog.load("kmnist", size=28, channels=1, home=tmp_path).images) == 12
    server.asked.clear()
    catalog.download("kmnist", tmp_path)
    assert server.asked == []


def test_download_through_torchvisions_own_lists(server, tmp_path, monkeypatch):
    torchvision_bridge.archives("fashion-mnist")
    from torchvision.datasets import FashionMNIST

    files = small_idx_zipped()
    server.files.update(files)
    monkeypatch.setattr(torchvision_bridge, "_HTTPS_MIRRORS", {})
    monkeypatch.setattr(torchvision_bridge, "_SCHEME", "http")
    monkeypatch.setattr(FashionMNIST, "mirrors", [server.url + "absent/", server.url])
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    monkeypatch.setitem(torchvision_bridge._SHA256, "fashion-mnist", checksums)
    catalog.download("fashion-mnist", tmp_path)
    assert names(tmp_path / "FashionMNIST" / "raw") == sorted(files)
    assert catalog.state("fashion-mnist", tmp_path).state == "ready"


def test_download_of_cifar_leaves_torchvisions_layout(server, tmp_path, monkeypatch):
    files = small_cifar()
    packed = {cifar.ARCHIVE: cifar_archive({**files, "readme.html": b"not unpacked"})}
    server.files.update(packed)
    offer(monkeypatch, server.url, packed)
    assert catalog.download("cifar10", tmp_path) == tmp_path / cifar.FOLDER
    assert names(tmp_path) == [cifar.FOLDER]
    assert {each.name: each.read_bytes() for each in (tmp_path / cifar.FOLDER).iterdir()} == files
    catalog.download("cifar10", tmp_path)
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["kmnist", "cifar10"])
def test_cancelled_download_leaves_nothing(server, tmp_path, monkeypatch, name):
    files = {cifar.ARCHIVE: cifar_archive(small_cifar())} if name == "cifar10" else small_idx_zipped()
    server.files.update(files)
    server.stall = True
    offer(monkeypatch, server.url, files)
    begun = threading.Event()
    with pytest.raises(Cancelled):
        catalog.download(
            name, tmp_path, progress=lambda done, total: begun.set() if done else None, cancelled=begun.is_set
        )
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    assert not catalog.is_available(name, tmp_path)


def test_cancel_while_unpacking_leaves_no_archive_and_no_half_batch(server, tmp_path, monkeypatch):
    files = small_cifar()
    packed = {cifar.ARCHIVE: cifar_archive(files)}
    server.files.update(packed)
    offer(monkeypatch, server.url, packed)
    with pytest.raises(Cancelled):
        catalog.download("cifar10", tmp_path, cancelled=(tmp_path / cifar.FOLDER).is_dir)
    left = {each.name: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    assert left.items() < files.items()
    assert not catalog.is_available("cifar10", tmp_path)


def test_failed_download_tells_people_offline_what_to_do(tmp_path, monkeypatch):
    offer(monkeypatch, "http://127.0.0.1:9/", small_idx_zipped())
    with pytest.raises(DataError) as error:
        catalog.download("kmnist", tmp_path)
    assert all(
        words in str(error.value)
        for words in (
            "Kuzushiji-MNIST could not be downloaded: Connection refused.\ntrain-images-idx3-ubyte.gz ",
            f"copy the files to {tmp_path / 'KMNIST/raw'}",
        )
    ), error.value
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_download_into_a_place_that_is_no_folder(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match=r"cannot be created.*Choose another folder") as error:
        catalog.download("kmnist", tmp_path / "file")
    assert "ffline" not in str(error.value)
    assert error.value.typed.endswith("To choose one: --data DIR")


def test_built_in_needs_no_download(tmp_path):
    assert (catalog.download("digits", tmp_path) / "optdigits.npz").is_file()
    assert (catalog.download("mnist", tmp_path) / "train-images-idx3-ubyte.gz").is_file()


def test_neither_import_nor_loading_brings_torch(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom ganstudio.data import catalog\n"
        "assert not {'torch', 'PIL', 'urllib.request'} & set(sys.modules)\n"
        f"catalog.state('mnist', Path({str(tmp_path)!r}))\n"
        "catalog.load('digits', size=28, channels=1)\nassert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_part_of_a_data_set_is_told_from_none_and_all(tmp_path: Path) -> None:
    raw = tmp_path / "KMNIST" / "raw"
    assert not catalog.is_partly_there("kmnist", tmp_path)
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte").write_bytes(b"something")
    assert catalog.is_partly_there("kmnist", tmp_path)
    (raw / "train-labels-idx1-ubyte").write_bytes(b"something")
    assert not catalog.is_partly_there("kmnist", tmp_path)
    assert not catalog.is_partly_there("digits", tmp_path)


def test_a_persons_own_mnist_comes_before_the_built_in_one(tmp_path):
    raw = lay_out(tmp_path / "MNIST" / "raw", small_idx_zipped())
    assert (catalog.state("mnist", tmp_path).state, catalog.state("mnist", tmp_path).path) == ("ready", raw)
    assert catalog.is_in_data_folder("mnist", tmp_path)
    assert len(catalog.load("mnist", size=28, channels=1, home=tmp_path).images) == 12


@pytest.mark.parametrize("broken", ["missing", "empty"])
def test_a_persons_own_broken_mnist_is_told_and_nothing_else_taken(tmp_path, broken):
    raw = lay_out(tmp_path / "MNIST" / "raw", small_idx_zipped())
    if broken == "missing":
        (raw / "train-labels-idx1-ubyte.gz").unlink()
        assert catalog.state("mnist", tmp_path).state == "incomplete"
        assert not catalog.is_available("mnist", tmp_path)
        assert catalog.is_partly_there("mnist", tmp_path)
    else:
        (raw / "train-labels-idx1-ubyte.gz").write_bytes(b"")
    with pytest.raises(DataError) as error:
        catalog.load("mnist", size=28, channels=1, home=tmp_path)
    assert str(raw / "train-labels-idx1-ubyte.gz") in str(error.value)
    assert f"Move the files out of {raw} to use the built-in MNIST." in str(error.value)


def test_credits_tell_the_checksums_of_what_is_built_in():
    folder = paths.resources() / "MNIST"
    told = dict(
        reversed(line.split())
        for line in (folder / "CREDITS.txt").read_text().splitlines()
        if "  raw/" in line and len(line.split()) == 2
    )
    assert told == {
        f"raw/{each.name}": hashlib.sha256(each.read_bytes()).hexdigest() for each in (folder / "raw").iterdir()
    }


def test_files_that_do_not_belong_together_are_told_and_no_download_is_said_to_mend_them(tmp_path: Path) -> None:
    files = small_idx_zipped(12) | {
        name: content for name, content in small_idx_zipped(5).items() if name.startswith("train-labels")
    }
    raw = lay_out(tmp_path / "MNIST" / "raw", files)
    words = f"{raw} contains 12 pictures but 5 labels: these files do not belong together. Move them out of {raw}."
    with pytest.raises(DataError) as loaded:
        catalog.load("mnist", size=28, channels=1, home=tmp_path)
    assert str(loaded.value) == f"{words} The built-in MNIST is used then."
    assert "download" not in loaded.value.typed
    with pytest.raises(DataError, match="12 pictures but 5 labels"):
        catalog.download("mnist", tmp_path)


def test_pictures_are_square_unless_height_and_width_say_otherwise() -> None:
    assert (catalog.DATASETS["cifar10"].height, catalog.DATASETS["cifar10"].width) == (32, 32)
    wide = replace(catalog.DATASETS["cifar10"], size=128, height=96, width=128)
    assert (wide.size, wide.height, wide.width) == (128, 96, 128)
