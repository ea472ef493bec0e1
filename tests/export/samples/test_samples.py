"""Many samples into files that other programs read, and that the importer of pictures reads again."""

import csv
import gzip
import io
import itertools
import json
import shutil
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from PIL import Image

from ganstudio import config as cfg
from ganstudio import images
from ganstudio.data import catalog, idx
from ganstudio.data.pictures import labels as found_labels
from ganstudio.data.pictures.archives import ZipSource
from ganstudio.data.pictures.decode import prepare
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.scan import scan
from ganstudio.errors import Cancelled, ExportError
from ganstudio.export.samples import kinds
from ganstudio.export.samples.kinds import Kind
from ganstudio.export.samples.source import SampleSource
from ganstudio.export.samples.writing import write_samples
from ganstudio.latent.models import Model
from ganstudio.latent.paths import noise
from ganstudio.system import atomic

COUNT = 23
Z = 4
CLASSES = catalog.class_names("fashion-mnist", 3)


class Painter:
    """Stands for a generator: pictures of 6 x 5 whose pixels depend on z and the class only."""

    z_size = Z

    def __init__(self, channels: int, classes: int) -> None:
        self.channels, self.classes = channels, classes
        self.at_most = 0

    def sample(self, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        self.at_most = max(self.at_most, len(z))
        numbers = np.abs(np.floor(1000 * z)).astype(int) @ np.arange(1, Z + 1)
        numbers += 0 if labels is None else 7 * labels
        pixels = (numbers[:, None] * np.arange(3, 3 + 30 * self.channels)) % 256
        shape = (6, 5) if self.channels == 1 else (6, 5, self.channels)
        pictures = pixels.astype(np.uint8).reshape(-1, *shape)
        if self.channels == 4:
            pictures[..., :3] = np.minimum(pictures[..., :3], pictures[..., 3:])
        return pictures


def source(channels: int = 1, classes: int = 3, count: int = COUNT, **wishes: object) -> SampleSource:
    network = cfg.NetworkConfig("mlp", Z, 4, conditional=bool(classes), classes=classes)
    settings = cfg.RunConfig(data=cfg.DataConfig("fashion-mnist"), network=network)
    model = Model("mine", Path("mine.safetensors"), settings, 7, "mine, step 7")
    return SampleSource(model, Painter(channels, classes), count, **{"seed": 5, **wishes})


def write(samples: SampleSource, out: Path, at_once: int = 8) -> Path:
    lower = out.name.lower()
    kind = next((each for each in Kind if each.value and lower.endswith(each.value)), Kind.FOLDER)
    write_samples(samples, kind, out, atomic.new_content, lambda *_: None, at_once)
    return out


def expected(samples: SampleSource) -> np.ndarray:
    """The pictures as files have them."""
    labels = None
    if samples.sampler.classes:
        labels = np.resize(samples.turns or range(samples.sampler.classes), COUNT)
    z = noise(COUNT, Z, samples.seed) * np.float32(samples.truncation)
    return images.unpremultiply(samples.sampler.sample(z, labels))


def opened(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_zip_is_a_data_set_of_stylegan3(channels: int, tmp_path: Path) -> None:
    samples = source(channels, turns=(2, 0), truncation=0.5)
    with zipfile.ZipFile(write(samples, tmp_path / "s.zip")) as archive:
        names = [f"00000/img{number:08}.png" for number in range(COUNT)]
        assert archive.namelist() == [*names, "dataset.json", "metadata.csv", "about.json"]
        entries = {(entry.compress_type, entry.date_time, entry.create_system) for entry in archive.infolist()}
        assert entries == {(zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 3)}  # the same at any time, on any system
        pictures = np.stack([opened(archive.read(name)) for name in names])
        labels = json.loads(archive.read("dataset.json"))
        rows = list(csv.DictReader(archive.read("metadata.csv").decode().splitlines()))
        about = json.loads(archive.read("about.json"))
    assert np.array_equal(pictures, expected(samples))
    assert labels["labels"] == [[name, (2, 0)[number % 2]] for number, name in enumerate(names)]
    assert rows[3] == {"file_name": names[3], "label": "0", "class_name": "T-shirt", "seed": "5", "number": "3"}
    assert [int(row["number"]) for row in rows] == list(range(COUNT))
    assert (about["model"], about["step"], about["seed"], about["truncation"]) == ("mine", 7, 5, 0.5)
    assert (about["count"], about["shape"]) == (COUNT, [6, 5, channels])
    counts = [{"label": 0, "name": "T-shirt", "count": 11}, {"label": 2, "name": CLASSES[2], "count": 12}]
    assert about["classes"] == counts
    assert ("alpha" in about) == (channels == 4)


def test_transparent_pictures_are_not_premultiplied_outside(tmp_path: Path) -> None:
    """Half-transparent red is (255, 0, 0, 128) to other programs, (128, 0, 0, 128) to a network."""
    samples = source(4)
    half_red = np.broadcast_to(np.array([128, 0, 0, 128], np.uint8), (1, 6, 5, 4))
    samples.sampler.sample = lambda z, labels=None: np.repeat(half_red, len(z), axis=0)
    write(samples, tmp_path / "s.npz")
    assert np.load(tmp_path / "s.npz")["arr_0"][3, 2, 1].tolist() == [255, 0, 0, 128]


def test_without_classes_there_are_no_labels(tmp_path: Path) -> None:
    samples = source(classes=0)
    with zipfile.ZipFile(write(samples, tmp_path / "s.zip")) as archive:
        assert json.loads(archive.read("dataset.json")) == {"labels": None}
        assert archive.read("metadata.csv").startswith(b"file_name,seed,number\n00000/img00000000.png,5,0\n")
    assert sorted(np.load(write(samples, tmp_path / "s.npz")).files) == ["about", "arr_0"]
    assert write(samples, tmp_path / "s.csv").read_bytes().startswith(b"pixel0,")


def test_arrays_of_numpy(tmp_path: Path) -> None:
    for channels in (1, 4):
        samples = source(channels)
        pictures = expected(samples)
        with np.load(write(samples, tmp_path / f"{channels}.npz"), allow_pickle=False) as found:
            assert found["arr_0"].shape == (COUNT, 6, 5, channels)  # as guided-diffusion has them, also grey ones
            assert np.array_equal(found["arr_0"].reshape(pictures.shape), pictures)
            assert found["arr_1"].tolist() == [number % 3 for number in range(COUNT)]
            assert json.loads(str(found["about"]))["seed"] == 5
        plain = io.BytesIO()
        np.save(plain, pictures)
        assert write(samples, tmp_path / f"{channels}.npy").read_bytes() == plain.getvalue()


def test_a_table_of_pixels(tmp_path: Path) -> None:
    samples = source(3)
    lines = np.loadtxt(write(samples, tmp_path / "s.csv"), delimiter=",", skiprows=1, dtype=int)
    assert np.array_equal(lines[:, 1:].reshape(COUNT, 6, 5, 3), expected(samples))
    assert lines[:, 0].tolist() == [number % 3 for number in range(COUNT)]
    header = (tmp_path / "s.csv").read_text().splitlines()[0].split(",")
    assert (header[:2], header[-1], len(header)) == (["label", "pixel0"], "pixel89", 91)


def test_files_as_those_of_mnist(tmp_path: Path) -> None:
    samples = source()
    write(samples, tmp_path / "my-images-idx3-ubyte.gz")
    assert np.array_equal(idx.read(tmp_path / "my-images-idx3-ubyte.gz", 3), expected(samples))
    assert idx.read(tmp_path / "my-labels-idx1-ubyte.gz", 1).tolist() == [number % 3 for number in range(COUNT)]
    assert gzip.decompress((tmp_path / "my-labels-idx1-ubyte.gz").read_bytes())[:4] == b"\0\0\x08\x01"
    assert (tmp_path / "my-images-idx3-ubyte.gz").read_bytes()[3:8] == b"\0" * 5  # no name, no time
    with pytest.raises(ExportError, match=r"grey pictures of at most 256 classes.*ends in \.npz or \.zip"):
        write(source(3), tmp_path / "other-images-idx3-ubyte.gz")
    assert len(list(tmp_path.iterdir())) == 2


ENDINGS = ["", ".zip", ".npz", ".npy", ".csv", "-images-idx3-ubyte.gz"]


def bytes_of(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()} if path.is_dir() else {"": path.read_bytes()}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_seed_gives_the_same_bytes_however_many_are_made_at_once(ending: str, tmp_path: Path) -> None:
    first = write(samples := source(), tmp_path / f"a{ending}", at_once=4)
    assert samples.sampler.at_most == 4  # memory does not grow with the number
    assert bytes_of(first) == bytes_of(write(source(), tmp_path / f"b{ending}", at_once=23))
    assert bytes_of(first) != bytes_of(write(source(seed=6), tmp_path / f"c{ending}"))


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_cancelled_or_fails_leaves_what_was_there(ending: str, tmp_path: Path) -> None:
    out = tmp_path / f"a{ending}"
    if ending:
        out.write_bytes(b"before")

    def stop(done: int, total: int) -> None:
        if done >= 16:
            raise Cancelled

    kind = Kind(ending)
    with pytest.raises(Cancelled):
        write_samples(source(), kind, out, atomic.new_content, stop, 8)
    full = source()
    paint, calls = full.sampler.sample, itertools.count()

    def fail(z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        return paint(z, labels)

    full.sampler.sample = fail
    with pytest.raises(OSError, match="No space left"):
        write_samples(full, kind, out, atomic.new_content, lambda *_: None, 8)
    assert [path.name for path in tmp_path.iterdir()] == ([out.name] if ending else [])
    assert not ending or out.read_bytes() == b"before"


def test_a_folder_with_files_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(FileExistsError, match="not empty"):
        write(source(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_full_disk_is_told_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(kinds.shutil, "disk_usage", lambda _: usage._replace(free=9 * 10**8))
    samples = source(3, count=10_000_000)
    for ending, needed in ((".npz", "1.0"), (".csv", "3.2")):
        with pytest.raises(
            ExportError, match=rf"10,000,000 pictures take {needed} GB as \{ending}, and there are 0\.9"
        ):
            write(samples, tmp_path / f"s{ending}")
    with pytest.raises(ExportError, match="must be from 1 to 1,000,000; got 10,000,000"):
        write(samples, tmp_path / "s.zip")
    assert samples.sampler.at_most <= 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_the_zip_is_imported_again_as_it_was(channels: int, tmp_path: Path) -> None:
    samples = source(channels)
    archive = ZipSource(write(samples, tmp_path / "s.zip"))
    try:
        found = scan(archive)
        labels = found_labels.find_labels(found, archive)
        given = found_labels.assign(labels, [file.entry.path for file in found.pictures])
        recipe = Recipe(6, 5, [Channels.GRAY, Channels.RGB, Channels.RGBA][channels // 2])
        paths = sorted(file.entry.path for file in found.pictures)
        pictures = [prepare(archive.open(path), recipe).pixels for path in paths]
    finally:
        archive.close()
    assert len(pictures) == COUNT
    z = noise(COUNT, Z, 5)
    made = samples.sampler.sample(z, np.arange(COUNT) % 3).reshape(COUNT, 6, 5, channels)
    assert np.array_equal(np.stack(pictures), made)
    assert labels.origin == "dataset.json"
    assert labels.missing == ()
    by_name = [given.classes[given.numbers[path]] for path in paths]
    assert by_name == [CLASSES[number % 3] for number in range(COUNT)]


def test_a_zip_opens_while_it_is_written_to_a_stream() -> None:
    """A pipe cannot be wound back."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError(29, "Illegal seek")

        def seek(self, *_: int) -> int:
            raise OSError(29, "Illegal seek")

        def close(self) -> None:
            self.content = self.getvalue()

    pipe = Pipe()

    def open_file(_: Path) -> BinaryIO:
        return pipe

    write_samples(source(), Kind.ZIP, Path("/dev/stdout"), open_file, lambda *_: None, 8)
    with zipfile.ZipFile(io.BytesIO(pipe.content)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == COUNT + 3
