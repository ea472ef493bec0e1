"""Pictures are taken out of an imported set and put back; runs keep the version that they began with."""

import contextlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data import catalog, imported
from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures import likeness, removal, stored
from ganstudio.data.pictures.importing import Imported
from ganstudio.data.pictures.report import describe
from ganstudio.data.pictures.taking_out import WHY, compare, put_back, read_taken_out, take_out
from ganstudio.errors import Cancelled, DataError, StudioError
from support.faults import Disk, faults, injected
from support.imports import RGB8, bring_in, bytes_of, paths, pictures
from support.picture_folder import classes, save

OUT = ["ant/2.png", "bee/1.png"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return classes(tmp_path / "source")


@pytest.fixture
def first(source: Path) -> Imported:
    save(source / "bee" / "broken.png").write_bytes(b"no picture")
    return bring_in(source)


def now() -> tuple[Path, stored.Info, indexing.Index, np.ndarray]:
    version = stored.newest(stored.set_folder("own"))
    assert version is not None
    info = stored.read_info(version)
    return version, info, indexing.read(version), np.array(stored.open_pictures(version, info))


def test_what_is_out_is_not_loaded_and_is_listed_with_the_reason(first: Imported, source: Path) -> None:
    whole, before = pictures(first).copy(), {file: file.read_bytes() for file in source.rglob("*.png")}
    kept = [row for row, path in enumerate(paths(first)) if path not in OUT]
    info = take_out("own", OUT)
    version, stored_info, index, pixels = now()
    assert info == stored_info
    assert info.count == 4
    assert np.array_equal(pixels, whole[kept])
    loaded = catalog.load("own", size=8, channels=3)
    assert np.array_equal(loaded.images, whole[kept])
    assert loaded.labels.tolist() == first.index.labels[kept].tolist()
    assert loaded.fingerprint == (version / "COMPLETE").read_text().strip() != first.info.fingerprint
    assert imported.file_names("own") == [path for path in paths(first) if path not in OUT]
    whys = {file.entry.path: file.entry.why for file, row in zip(index.files, index.rows, strict=True) if row < 0}
    assert [path for path, why in whys.items() if why == WHY] == OUT
    assert "2 pictures taken out by hand: they can be put back." in describe(info, index)
    assert info.counts["read"] + info.counts["skipped"] == info.counts["found"]
    taken = read_taken_out("own")
    assert list(taken.paths) == OUT
    assert np.array_equal(taken.pictures, whole[[paths(first).index(path) for path in OUT]])
    assert {file: file.read_bytes() for file in source.rglob("*.png")} == before


def test_putting_all_back_gives_the_same_set_even_without_the_files(first: Imported, source: Path) -> None:
    before = bytes_of(first.folder)
    take_out("own", OUT)
    take_out("own", ["ant/1.png"])
    shutil.rmtree(source)
    put_back("own", ["bee/1.png"])
    assert list(read_taken_out("own").paths) == ["ant/1.png", "ant/2.png"]
    info = put_back("own", ["ant/1.png", "ant/2.png"])
    assert info.fingerprint == first.info.fingerprint
    assert bytes_of(now()[0]) == before
    assert read_taken_out("own").paths == ()


def test_runs_keep_their_version_and_versions_that_nobody_needs_go(first: Imported, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.toml").touch()
    stored.keep_for_run(first.folder, tmp_path / "run")
    whole = pictures(first).copy()
    take_out("own", OUT)
    second = now()[0]
    take_out("own", ["ant/1.png"])
    assert not second.exists()
    old = catalog.load("own", size=8, channels=3, fingerprint=first.info.fingerprint)
    assert np.array_equal(old.images, whole)


def test_the_version_of_a_run_stays_unless_the_run_is_seen_to_be_deleted(
    first: Imported, tmp_path: Path, monkeypatch
) -> None:
    home = tmp_path / "disk" / "runs"
    for name in ("a", "b"):
        (home / name).mkdir(parents=True)
        (home / name / "run.toml").touch()
    stored.keep_for_run(first.folder, home / "a")
    assert stored.is_needed(first.folder)
    home.rename(tmp_path / "away")
    assert stored.is_needed(first.folder)  # the disk is not there
    assert stored.runs_of(first.folder) == []
    home.mkdir()
    assert stored.is_needed(first.folder)  # where it was mounted is empty
    take_out("own", OUT)
    assert stored.is_complete(first.folder)
    home.rmdir()
    (tmp_path / "away").rename(home)

    def deny(path: object) -> list[str]:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(stored.os, "listdir", deny)
        assert stored.is_needed(first.folder)
    shutil.rmtree(home / "a")
    assert not stored.is_needed(first.folder)  # b is there: a was deleted
    stored.keep_for_run(first.folder, home / "b")
    assert stored.is_needed(first.folder)
    with monkeypatch.context() as patch:
        patch.setattr(stored.reading, "MAX_TEXT_BYTES", 0)  # the list of runs cannot be read
        assert stored.is_needed(first.folder)
    shutil.rmtree(home / "b")
    (home / "c").mkdir()
    put_back("own", OUT)
    assert not first.folder.exists()


def test_another_set_than_the_one_that_was_looked_at_is_not_changed(
    first: Imported, source: Path, tmp_path: Path
) -> None:
    mark = compare("own").mark
    take_out("own", ["ant/1.png"], mark=mark)
    for change in (take_out, put_back):  # in another window
        with pytest.raises(DataError, match="own is not what was looked at"):
            change("own", OUT, mark=mark)
    put_back("own", ["ant/1.png"], mark=compare("own").mark)
    mark = compare("own").mark
    removal.remove("own")
    same = bring_in(source)  # the same pictures, imported anew
    before = bytes_of(same.folder)
    with pytest.raises(DataError, match="imported anew"):
        take_out("own", OUT, mark=mark)
    removal.remove("own")
    with pytest.raises(DataError, match="no imported pictures named own"):
        take_out("own", OUT, mark=mark)
    assert bytes_of(bring_in(source).folder).keys() == before.keys()


def test_it_says_which_pictures_of_a_version_are_others_in_the_set_as_it_is_now(
    first: Imported, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.toml").touch()
    stored.keep_for_run(first.folder, tmp_path / "run")
    take_out("own", ["ant/1.png"])
    save(source / "ant" / "2.png", (1, 2, 3))
    (source / "bee" / "3.png").unlink()
    bring_in(source, is_update=True)
    standing = compare("own", None, first.info.fingerprint)
    assert standing.others == {"ant/2.png", "bee/3.png"}
    assert standing.paths == tuple(paths(first))
    assert (standing.out_before, standing.out) == (frozenset(), {"ant/1.png"})
    bring_in(source, recipe=RGB8.__class__(16, 16, RGB8.channels), is_update=True)
    assert compare("own", None, first.info.fingerprint).others == standing.others  # in another size, they are the same
    assert compare("own").others == frozenset()


def test_an_update_leaves_out_again_what_was_taken_out(first: Imported, source: Path) -> None:
    take_out("own", OUT)
    assert not bring_in(source, is_update=True).is_new
    save(source / "ant" / "9.png", (9, 9, 9))
    done = bring_in(source, is_update=True)
    assert paths(done) == ["ant/1.png", "ant/3.png", "ant/9.png", "bee/2.png", "bee/3.png"]
    assert pictures(done)[2, 0, 0].tolist() == [9, 9, 9]
    assert list(read_taken_out("own").paths) == OUT
    larger = bring_in(source, recipe=RGB8.__class__(16, 16, RGB8.channels), is_update=True)
    assert pictures(larger).shape == (5, 16, 16, 3)
    assert read_taken_out("own").pictures.shape == (2, 16, 16, 3)
    (source / "ant" / "2.png").unlink()
    bring_in(source, recipe=RGB8.__class__(16, 16, RGB8.channels), is_update=True)
    assert list(read_taken_out("own").paths) == ["bee/1.png"]
    assert put_back("own", ["bee/1.png"]).count == 6


def test_a_refusal_or_a_failure_leaves_the_set_as_it_was(first: Imported, monkeypatch) -> None:
    before = bytes_of(first.folder)
    with pytest.raises(DataError, match="No picture of own would be left"):
        take_out("own", paths(first))
    with pytest.raises(DataError, match=r"own has no picture ant/7\.png"):
        take_out("own", ["ant/7.png"])
    with pytest.raises(DataError, match="no imported pictures named mnist"):
        take_out("mnist", ["1"])
    with pytest.raises(Cancelled):
        take_out("own", OUT, cancelled=lambda: True)

    def fail(thumbs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(likeness, "group", fail)
        with pytest.raises(StudioError, match="The set is as it was"):
            take_out("own", OUT)
    assert [each.name for each in stored.versions(first.folder.parent)] == ["v1"]
    assert bytes_of(first.folder) == before
    assert take_out("own", []).count == first.info.count  # and no other version
    assert now()[0] == first.folder


def test_a_disk_that_fails_leaves_the_set_before_or_after_the_change(first: Imported, tmp_path: Path) -> None:
    folder, kept = first.folder.parent, tmp_path / "kept"
    shutil.copytree(folder, kept)
    whole = dict(zip(paths(first), pictures(first).copy(), strict=True))
    with injected(Disk(folder)) as disk:
        take_out("own", OUT)
    after = imported.file_names("own")
    for broken in faults(folder, len(disk.calls), few=4):
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        with injected(broken), contextlib.suppress(StudioError):
            take_out("own", OUT)
        names = imported.file_names("own")
        assert names in (list(whole), after)
        assert np.array_equal(now()[3], [whole[name] for name in names])
        assert list(read_taken_out("own").paths) == ([] if len(names) == 6 else OUT)
