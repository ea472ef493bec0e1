import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.data import catalog
from ganstudio.data.batches import Batches
from ganstudio.data.dataset_switch import switch_dataset
from ganstudio.data.pictures import removal, stored
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.points import sets as point_sets
from ganstudio.errors import DataError
from support.imports import bring_in, pictures
from support.picture_folder import classes, save
from support.training import config

WIDE = Recipe(24, 48, Channels.RGBA, paper="transparent")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return classes(tmp_path / "source", ("ant", "bee"), 4)


def test_imported_sets_are_data_sets_like_the_others(source: Path) -> None:
    bring_in(source, "Own pictures", WIDE)
    assert catalog.list_names() == [*catalog.DATASETS, "Own pictures", *point_sets.list_names()]
    info = catalog.find("Own pictures")
    assert (info.count, info.height, info.width, info.channels, info.labels) == (8, 24, 48, 4, ("ant", "bee"))
    state = catalog.state(info.name)
    assert (state.state, catalog.is_available(info.name)) == (catalog.Availability.READY, True)
    assert state.bytes > 8 * 24 * 48 * 4
    assert (catalog.title_of(info.name), catalog.class_names(info.name, 3)) == ("Own pictures", ("ant", "bee", "2"))
    with pytest.raises(DataError, match="Did you mean Own pictures"):
        catalog.find("own pictuers")
    with pytest.raises(DataError, match="there is nothing to download"):
        catalog.download(info.name)


def test_a_set_that_is_nowhere_is_in_no_data_folder(source: Path, tmp_path: Path) -> None:
    """The data folder of a run is asked for before its pictures are read: the set may be gone, or elsewhere."""
    bring_in(source, "Own pictures", WIDE)
    assert catalog.is_in_data_folder("Own pictures")
    assert not catalog.is_in_data_folder("Own pictures", tmp_path / "elsewhere")
    assert not catalog.is_in_data_folder("gone")


def test_pictures_are_mapped_and_come_as_they_were_imported(source: Path) -> None:
    done = bring_in(source, recipe=WIDE)
    loaded = catalog.load("own", size="24x48", channels=4)
    assert isinstance(loaded.images, np.memmap) or isinstance(loaded.images.base, np.memmap)
    assert np.array_equal(loaded.images, pictures(done))
    assert (loaded.labels.tolist(), loaded.labels.dtype) == ([0, 0, 0, 0, 1, 1, 1, 1], np.int32)
    assert loaded.fingerprint == done.info.fingerprint


def test_another_size_and_colours_are_made_of_them(source: Path) -> None:
    bring_in(source, recipe=WIDE)
    grey = catalog.load("own", size=28, channels=1).images
    assert grey.shape == (8, 28, 28)
    assert set(np.unique(grey[:4])) <= set(range(70, 80))  # the luma of red


@pytest.mark.parametrize("limit", [4.0, 0.0])
def test_batches_have_pictures_and_labels_of_more_than_256_classes(tmp_path: Path, limit: float) -> None:
    folder = tmp_path / "many"
    for number in range(300):
        save(folder / f"class {number}" / "a.png", (number % 256, number // 256, 7))
    bring_in(folder)
    batches = Batches(catalog.load("own", size=8, channels=3), 50, torch.device("cpu"), 0, labels=True, limit=limit)
    try:
        for _ in range(6):
            batch = batches.next()
            pixels = ((batch.images + 1) * 127.5).round().to(torch.int64)[:, :, 0, 0]
            assert batch.labels is not None
            assert torch.equal(pixels[:, 0] + 256 * pixels[:, 1], batch.labels)
    finally:
        batches.close()


def test_switching_to_an_imported_set_takes_its_size_and_keeps_the_length(source: Path) -> None:
    bring_in(source, recipe=WIDE)
    switched = switch_dataset(config(epochs=1), "own")
    assert (switched.data.sides, switched.data.channels) == ((24, 48), 4)
    assert switched.epochs == 60_000 // 8


def test_an_import_that_was_cut_off_is_not_offered_and_says_how_it_goes_on(source: Path) -> None:
    done = bring_in(source)
    (done.folder / stored.COMPLETE).unlink()
    assert catalog.list_names() == [*catalog.DATASETS, *point_sets.list_names()]
    with pytest.raises(DataError, match="The import of own was not finished") as told:
        catalog.find("own")
    assert told.value.typed.endswith("Import the same pictures again: it goes on from there.")  # no update can
    assert bring_in(source).folder == done.folder


@pytest.mark.parametrize("file", ["pictures.npy", "index.npz", "info.toml"])
@pytest.mark.parametrize("kind", ["gone", "cut"])
def test_a_damaged_set_names_the_file(source: Path, file: str, kind: str) -> None:
    path = bring_in(source).folder / file
    content = path.read_bytes()
    path.unlink() if kind == "gone" else path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=rf"{file.replace('.', '[.]')} (cannot be read|is damaged)") as told:
        catalog.load("own", size=8, channels=3)
    assert "Remove the data set own, and import its pictures again." in str(told.value)
    removal.remove("own")
    assert bring_in(source).is_new


def test_a_set_of_a_newer_program_says_so_and_a_changed_file_is_read_again(source: Path) -> None:
    done = bring_in(source)
    assert stored.read_info(done.folder).name == "own"
    stored.write_info(done.folder, replace(done.info, name="other name"))
    assert stored.read_info(done.folder).name == "other name"
    stored.write_info(done.folder, replace(done.info, schema=stored.SCHEMA + 1))
    with pytest.raises(DataError, match="was imported with a newer version of GAN Studio"):
        catalog.find("own")


def test_a_version_that_is_gone_is_refused_in_words(source: Path) -> None:
    first = bring_in(source)
    save(source / "ant" / "9.png")
    second = bring_in(source, is_update=True)
    assert not first.folder.exists()
    assert len(catalog.load("own", size=8, channels=3, fingerprint=second.info.fingerprint).images) == 9
    with pytest.raises(DataError, match="trained on another version of own, with other pictures or labels"):
        catalog.load("own", size=8, channels=3, fingerprint=first.info.fingerprint)


def test_a_folder_that_was_renamed_by_hand_is_a_set_of_that_name(source: Path) -> None:
    folder = bring_in(source).folder.parent
    shutil.move(folder, folder.with_name("renamed"))
    assert catalog.load("renamed", size=8, channels=3).info.name == "renamed"
