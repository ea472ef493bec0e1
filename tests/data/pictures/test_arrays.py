import gzip
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data import catalog
from ganstudio.data.pictures import array_files
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.verdicts import Verdict
from ganstudio.errors import DataError
from support.data import idx_bytes, noise_pictures, small_idx
from support.imports import bring_in, look, pictures

GREY = Recipe(8, 8, Channels.GRAY)
RGB = Recipe(8, 8, Channels.RGB)
RGBA = Recipe(8, 8, Channels.RGBA, paper="transparent")
NUMBERS = noise_pictures(5, 8, 8)
COLOURS = noise_pictures(5, 8, 8, 3)
LABELS = np.array([3, 10, 3, 0, 10])


def saved_npy(path: Path, values: np.ndarray) -> Path:
    np.save(path, values)
    return path.with_name(f"{path.name}.npy")


@pytest.mark.parametrize(
    ("values", "recipe", "expected"),
    [
        (NUMBERS, GREY, NUMBERS[..., None]),
        (NUMBERS.reshape(5, 64), GREY, NUMBERS[..., None]),
        (NUMBERS.astype(np.int64), GREY, NUMBERS[..., None]),
        (NUMBERS > 100, GREY, (NUMBERS > 100)[..., None] * 255),
        (NUMBERS.astype(np.uint16) * 257, GREY, NUMBERS[..., None]),
        (NUMBERS / 255, GREY, NUMBERS[..., None]),
        (NUMBERS.astype(np.float32) / 127.5 - 1, GREY, NUMBERS[..., None]),
        (COLOURS, RGB, COLOURS),
        (COLOURS.transpose(0, 3, 1, 2), RGB, COLOURS),
        (COLOURS.transpose(0, 3, 1, 2).reshape(5, -1), RGB, COLOURS),
        (noise_pictures(5, 8, 8, 4) | [0, 0, 0, 255], RGBA, noise_pictures(5, 8, 8, 4) | [0, 0, 0, 255]),
    ],
    ids=["bytes", "flat", "int64", "bool", "uint16", "0..1", "-1..1", "colour", "channels first", "planes", "alpha"],
)
def test_every_value_of_an_array_comes_through(
    tmp_path: Path, values: np.ndarray, recipe: Recipe, expected: np.ndarray
) -> None:
    values = values.astype(np.uint8) if values.dtype == np.int64 and recipe is RGBA else values
    done = bring_in(saved_npy(tmp_path / "a", values), recipe=recipe)
    assert np.array_equal(pictures(done), expected)
    assert done.info.classes == ()


@pytest.mark.parametrize("names", [("arr_0", "arr_1"), ("x_train", "y_train"), ("anything", "else")])
def test_an_npz_has_pictures_and_labels_by_any_name(tmp_path: Path, names: tuple[str, str]) -> None:
    others = {"x_test": COLOURS[:2], "y_test": LABELS[:2]} if names[0] == "x_train" else {}
    np.savez_compressed(tmp_path / "set.bin", **others, **dict(zip(names, (COLOURS, LABELS), strict=True)))
    done = bring_in(tmp_path / "set.bin.npz", recipe=RGB)
    assert np.array_equal(pictures(done), COLOURS)
    assert (done.info.classes, done.index.labels.tolist()) == (("0", "3", "10"), [1, 2, 1, 0, 2])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("is_folder", [False, True])
def test_a_pair_of_idx_files_is_the_same_as_the_built_in_set_made_of_it(
    tmp_path: Path, pack: Callable[[bytes], bytes], is_folder: bool
) -> None:
    folder = tmp_path / "digits"
    folder.mkdir()
    for name, content in small_idx().items():
        (folder / name).write_bytes(pack(content))
    done = bring_in(folder if is_folder else folder / "train-images-idx3-ubyte", recipe=Recipe(28, 28, Channels.GRAY))
    for name, content in small_idx().items():
        (tmp_path / "data-home" / "MNIST" / "raw").mkdir(parents=True, exist_ok=True)
        (tmp_path / "data-home" / "MNIST" / "raw" / name).write_bytes(content)
    known = catalog.load("mnist", size=28, channels=1)
    own = catalog.load("own", size=28, channels=1)
    assert np.array_equal(own.images, known.images)
    assert [done.info.classes[label] for label in own.labels] == [str(label) for label in known.labels]


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("labelled", [True, False])
def test_a_table_of_pixels_is_read_with_its_labels(tmp_path: Path, header: bool, labelled: bool) -> None:
    flat = NUMBERS.reshape(5, -1)
    rows = np.column_stack([LABELS, flat]) if labelled else flat
    names = ",".join((["label"] if labelled else []) + [f"pixel{number}" for number in range(64)])
    np.savetxt(tmp_path / "t.csv", rows, "%d", ",", header=names if header else "", comments="")
    done = bring_in(tmp_path / "t.csv", recipe=GREY)
    assert np.array_equal(pictures(done), NUMBERS[..., None])
    assert done.info.classes == (("0", "3", "10") if labelled else ())


def test_empty_lines_of_a_table_are_no_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_files, "_CHUNK_ROWS", 5)
    np.savetxt(tmp_path / "t.csv", NUMBERS.reshape(5, -1), "%d", ",")
    with (tmp_path / "t.csv").open("a") as file:
        file.write("\n" * 7)
    assert np.array_equal(pictures(bring_in(tmp_path / "t.csv", recipe=GREY)), NUMBERS[..., None])


def npy_claiming(shape: tuple[int, ...]) -> bytes:
    """Return an .npy file whose header does not fit what follows."""
    head = repr({"descr": "|u1", "fortran_order": False, "shape": shape}).encode().ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head + bytes(500)


def npz_of(path: Path, content: bytes, method: int = zipfile.ZIP_STORED, flags: int = 0) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", content)
    changed = bytearray(path.read_bytes())
    for at in (6, changed.index(b"PK\1\2") + 8):
        struct.pack_into("<HH", changed, at, flags, method)
    path.write_bytes(changed)


def test_an_encrypted_npz_is_named_so(tmp_path: Path) -> None:
    npz_of(tmp_path / "thing", npy_claiming((5, 10, 10)), flags=1)
    assert [(entry.path, entry.verdict) for entry in look(tmp_path / "thing").skipped] == [
        ("images.npy", Verdict.ENCRYPTED)
    ]


def cut_csv(path: Path) -> None:
    np.savetxt(path, NUMBERS.reshape(5, -1), "%d", ",")
    path.write_text(path.read_text() + "1,2,3\n")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda path: np.save(path.open("wb"), np.zeros((5, 7))),
            r"shape \(5, 7\), which is none of pictures. Expected",
        ),
        (lambda path: np.save(path.open("wb"), np.zeros((5, 8, 8, 2))), r"shape \(5, 8, 8, 2\)"),
        (lambda path: np.save(path.open("wb"), np.array([{}] * 5)), "cannot be read"),
        (lambda path: np.save(path.open("wb"), np.zeros((5, 8, 8), complex)), "of type complex128"),
        (lambda path: np.savez(path.open("wb"), a=np.zeros(3), b=np.zeros(4)), "no array of pictures, but a, b"),
        (lambda path: path.write_bytes(idx_bytes(NUMBERS)[:200]), "is too short"),
        (lambda path: path.write_bytes(b"\0\0\x0d\3" + bytes(40)), "Its values are 32-bit floats"),
        (cut_csv, "line"),
        (lambda path: path.write_bytes(b"\x93NUMPY\1\0\5\0{{{{{"), "thing is damaged, or was not copied completely"),
        (lambda path: path.write_bytes(npy_claiming((-5, 8, 8))), "thing is damaged, or was not copied completely"),
        (lambda path: npz_of(path, npy_claiming((10**13, 8, 8))), "thing holds larger arrays than there is memory for"),
        (lambda path: npz_of(path, npy_claiming((5, 8, 8)), method=99), "compression method is not supported"),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed file")
def test_arrays_that_are_no_pictures_say_what_was_expected(
    tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    make(tmp_path / "thing")
    with pytest.raises(DataError, match=says):
        bring_in(tmp_path / "thing", recipe=GREY)


def test_pictures_with_values_that_are_no_numbers_are_skipped(tmp_path: Path) -> None:
    values = NUMBERS / 255
    values[2, 3, 3] = np.nan
    done = bring_in(saved_npy(tmp_path / "a", values), recipe=GREY)
    assert [file.entry.path for file in done.skipped] == ["3"]
    assert np.array_equal(pictures(done), np.delete(NUMBERS, 2, axis=0)[..., None])


def test_an_npz_that_unpacks_to_too_much_is_refused_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_files, "MAX_BYTES", 1000)
    np.savez_compressed(tmp_path / "bomb", np.zeros((5, 100, 100), np.uint8))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("read"))
    with pytest.raises(DataError, match="GB of arrays"):
        bring_in(tmp_path / "bomb.npz")
