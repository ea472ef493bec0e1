import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import numpy as np
import psutil
import pytest

from ganstudio.data.pictures import importing, journal, likeness, removal, report, stored, updating
from ganstudio.data.pictures.converter import Converter
from ganstudio.data.pictures.folders import FolderSource
from ganstudio.data.pictures.importing import Request
from ganstudio.data.pictures.labels import Labels, Unlabelled
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.parallel import MemoryBudget
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.scan import scan
from ganstudio.data.pictures.verdicts import Verdict
from ganstudio.errors import Cancelled, DataError, RunError, StudioError
from ganstudio.system import lock
from support.imports import RGB8, bring_in, bytes_of, paths, pictures
from support.picture_folder import classes, encoded, save, touch_later

KILLED = """
import os, signal, sys
from pathlib import Path
import psutil
sys.path.insert(0, sys.argv[3])
from ganstudio.data.pictures import importing, journal, processes
from support.imports import bring_in
journal.MAX_PART_FILES = 2
processes.MIN_FILES = processes.MIN_FILES_EACH = 1
importing.count_threads = lambda: 2
left = int(sys.argv[2])
real = os.fsync
def fsync(handle):
    global left
    left -= 1
    if left < 0:
        print(*(child.pid for child in psutil.Process().children()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    real(handle)
os.fsync = fsync
bring_in(Path(sys.argv[1]))
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return classes(tmp_path / "source")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the files that were read to be decoded."""
    found: list[str] = []
    from ganstudio.data.pictures.sources import Source

    real = Source.read

    def read(self: Source, path: str) -> bytes:
        found.append(path)
        return real(self, path)

    monkeypatch.setattr(Source, "read", read)
    return found


def test_pictures_and_labels_are_those_of_the_files_in_order(source: Path) -> None:
    done = bring_in(source)
    assert paths(done) == [f"{name}/{number}.png" for name in ("ant", "bee") for number in (1, 2, 3)]
    expected = [(255, 0, 0)] * 3 + [(0, 255, 0)] * 3
    assert [tuple(map(int, picture[3, 5])) for picture in pictures(done)] == expected
    assert pictures(done).shape == (6, 8, 8, 3)
    assert (done.info.classes, done.index.labels.tolist()) == (("ant", "bee"), [0, 0, 0, 1, 1, 1])


def test_read_and_skipped_are_all_that_was_found_each_with_its_reason(source: Path) -> None:
    (source / "ant" / "cut.png").write_bytes(encoded(size=(64, 64))[:60])
    (source / "ant" / "text.png").write_text("no picture at all, only a text")
    (source / ".hidden").touch()
    save(source / "bee" / "dot.png", size=(2, 2))
    done = bring_in(source)
    assert {file.entry.path: file.entry.verdict for file in done.skipped} == {
        ".hidden": Verdict.HIDDEN,
        "ant/cut.png": Verdict.BROKEN,
        "ant/text.png": Verdict.NOT_A_PICTURE,
        "bee/dot.png": Verdict.TOO_SMALL,
    }
    assert all(file.entry.why for file in done.skipped)
    counts = done.info.counts
    assert (counts["read"], counts["skipped"], counts["found"]) == (6, 4, 10)
    assert len(pictures(done)) == 6


def test_nothing_is_written_beside_the_pictures(source: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in source.rglob("*")}
    bring_in(source)
    assert {path: path.stat().st_mtime_ns for path in source.rglob("*")} == before


def test_what_was_enlarged_is_counted_and_near_duplicates_too(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (12, 12, 3), np.uint8)
    from PIL import Image

    large = Image.fromarray(noise).resize((96, 96))
    for name, image in (("1.png", large), ("2.png", Image.fromarray(noise[::-1].copy()).resize((6, 6)))):
        (tmp_path / "source").mkdir(exist_ok=True)
        image.save(tmp_path / "source" / name)
    large.resize((80, 80)).save(tmp_path / "source" / "3.jpg", quality=85)
    done = bring_in(tmp_path / "source", recipe=Recipe(32, 32, Channels.RGB))
    assert (done.info.counts["enlarged"], done.info.counts["near_duplicates"]) == (1, 1)
    assert done.index.groups.tolist() == [0, 1, 0]


def test_pictures_that_differ_are_no_near_duplicates() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 16, 16, 1), np.uint8)
    thumbs = np.stack([likeness.shrink(picture) for picture in noise])
    assert likeness.group(thumbs).tolist() == list(range(300))
    assert likeness.group(np.concatenate([thumbs, thumbs[:40]])).tolist() == [*range(300), *range(40)]
    plain = np.stack([np.full(likeness.THUMB_BYTES, value, np.uint8) for value in (60, 200)])
    assert likeness.group(plain).tolist() == [0, 1]  # the same edges, namely none
    faint = 100 + noise[:2, :8, :9, 0].reshape(2, -1) % 3
    assert likeness.group(faint).tolist() == [0, 1]  # the same brightness, other edges


# ---- cut off ---------------------------------------------------------------------------------------------------------


def check_going_on(source: Path, whole: dict[str, bytes], decoded: list[str], parts: int) -> None:
    """Check that an import goes on after so many parts of two files, and ends with the bytes of one in one go."""
    decoded.clear()
    done = bring_in(source)
    assert len(decoded) == 6 - 2 * min(parts, 3)
    whole[stored.INFO] = whole[stored.INFO].replace(b'name = "whole"', b'name = "own"')
    assert bytes_of(done.folder) == whole


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_import_goes_on_and_ends_with_equal_bytes(
    source: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[str]
) -> None:
    monkeypatch.setattr(journal, "MAX_PART_FILES", 2)
    whole = bytes_of(bring_in(source, "whole").folder)
    tests = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", KILLED, str(source), "4", tests]
    killed = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    assert killed.returncode == -signal.SIGKILL
    children = [int(pid) for pid in killed.stdout.split()]
    assert len(children) == 2
    _, left = psutil.wait_procs([psutil.Process(pid) for pid in children if psutil.pid_exists(pid)], timeout=30)
    assert not [process for process in left if process.status() != psutil.STATUS_ZOMBIE]
    check_going_on(source, whole, decoded, parts=2)


@pytest.mark.parametrize("syncs", range(12))
def test_an_import_that_ends_anywhere_goes_on_and_ends_with_equal_bytes(
    source: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[str], syncs: int
) -> None:
    class Ended(BaseException):
        pass

    def fsync(handle: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Ended

    monkeypatch.setattr(journal, "MAX_PART_FILES", 2)
    whole, left = bytes_of(bring_in(source, "whole").folder), syncs
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(Ended):
            bring_in(source)
    check_going_on(source, whole, decoded, parts=syncs // 2)


def test_an_import_of_something_else_does_not_take_over_what_was_cut_off(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MAX_PART_FILES", 2)
    monkeypatch.setattr(stored, "write_info", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
    with pytest.raises(StudioError):
        bring_in(source)
    monkeypatch.undo()
    save(source / "ant" / "1.png", (9, 8, 7))
    touch_later(source / "ant" / "1.png")
    assert pictures(bring_in(source))[0, 0, 0].tolist() == [9, 8, 7]


def test_pictures_that_are_shorter_than_the_journal_says_are_decoded_again(
    source: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[str]
) -> None:
    monkeypatch.setattr(journal, "MAX_PART_FILES", 2)
    with monkeypatch.context() as patch:
        patch.setattr(stored, "write_info", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
        with pytest.raises(StudioError):
            bring_in(source)
    with (stored.set_folder("own") / "v1" / stored.PICTURES).open("r+b") as file:
        file.truncate(journal.HEADER_BYTES + 3 * 8 * 8 * 3)
    decoded.clear()
    done = bring_in(source)
    assert len(decoded) == 4
    assert pictures(done)[:, 0, 0, 1].tolist() == [0, 0, 0, 255, 255, 255]


def test_a_full_disk_is_said_before_anything_is_decoded(
    source: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[str]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 99, 1))
    with pytest.raises(DataError, match=r"6 pictures of 8 x 8 need .* GB in .*own, where 0\.0 GB are free"):
        bring_in(source)
    assert decoded == []


def test_a_disk_that_is_full_in_the_middle_loses_nothing(
    source: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[str]
) -> None:
    monkeypatch.setattr(journal, "MAX_PART_FILES", 2)
    real, calls = os.fsync, [0]

    def fsync(handle: int) -> None:
        calls[0] += 1
        if calls[0] > 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(StudioError, match=r"No space left on device\. Free some space") as failed:
            bring_in(source)
    assert not isinstance(failed.value, DataError)  # trouble on the way, not a refusal
    decoded.clear()
    done = bring_in(source)
    assert decoded == ["bee/2.png", "bee/3.png"]
    assert bytes_of(done.folder).keys() == {"info.toml", "pictures.npy", "index.npz", "COMPLETE"}


def test_cancelling_leaves_nothing_behind(source: Path) -> None:
    with pytest.raises(Cancelled):
        bring_in(source, cancelled=lambda: True)
    assert not stored.set_folder("own").exists()


def test_two_imports_of_one_name_do_not_mix(source: Path) -> None:
    folder = stored.set_folder("own")
    folder.mkdir(parents=True)
    with lock.acquire(folder / stored.LOCK), pytest.raises(RunError, match="own is being imported by process"):
        bring_in(source)
    assert len(pictures(bring_in(source))) == 6


def test_an_import_ends_where_another_computer_took_over_and_leaves_it_all(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a shared disk, while this computer slept."""
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0)
    file, other = stored.set_folder("own") / stored.LOCK, json.dumps(vars(lock._me()) | {"host": "elsewhere"})
    monkeypatch.setattr(Converter, "convert", lambda *_: file.write_text(other) and [])
    with pytest.raises(RunError, match=r"own is now being imported by process .* on elsewhere.* The import ended here"):
        bring_in(source)
    assert file.read_text() == other
    assert (file.parent / "v1" / stored.JOURNAL).exists()


def test_a_set_that_is_being_imported_is_not_removed(source: Path) -> None:
    folder = bring_in(source).folder.parent
    with lock.acquire(folder / stored.LOCK), pytest.raises(RunError, match="own is being imported by process"):
        removal.remove("own")
    assert stored.list_names() == ["own"]


def test_what_needs_more_memory_than_there_is_waits_for_the_others() -> None:
    budget, order = MemoryBudget(10), []

    def borrow() -> None:
        with budget.borrow(99):
            order.append("large")

    with budget.borrow(1):
        thread = threading.Thread(target=borrow)
        thread.start()
        thread.join(0.05)
        order.append("small")
    thread.join()
    assert order == ["small", "large"]


def test_a_set_that_is_there_is_not_written_over(source: Path) -> None:
    bring_in(source)
    for name in ("own", "OWN"):
        with pytest.raises(DataError, match="There is already a data set named own"):
            bring_in(source, name)


@pytest.mark.parametrize("name", ["", ".own", "a/b", "..", "con", "a" * 65, "own ", "own\n"])
def test_names_that_are_no_folder_everywhere_are_refused(source: Path, name: str) -> None:
    with pytest.raises(DataError, match="cannot be named"):
        bring_in(source, name)


def test_a_source_without_pictures_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "cut.png").write_bytes(encoded(size=(64, 64))[:60])
    with pytest.raises(DataError, match=r"The only picture in .* cannot be read: it is cut off"):
        bring_in(tmp_path / "source")
    (tmp_path / "source" / "cut too.png").write_bytes(encoded(size=(64, 64))[:60])
    with pytest.raises(DataError, match=r"None of the 2 pictures in .* can be read. The reason: it is cut off"):
        bring_in(tmp_path / "source")
    (tmp_path / "source" / "changed.png").write_bytes(encoded().replace(b"IDAT", b"IDAT\7"))
    with pytest.raises(DataError, match=r"None of the 3 pictures in .*\. The reason of 2 of them: it is cut off"):
        bring_in(tmp_path / "source")
    assert stored.list_names() == []


# ---- updates ---------------------------------------------------------------------------------------------------------


def test_an_update_decodes_only_what_is_new_or_was_changed(source: Path, decoded: list[str]) -> None:
    bring_in(source)
    decoded.clear()
    save(source / "ant" / "2.png", (1, 2, 3))
    touch_later(source / "ant" / "2.png")
    touch_later(source / "bee" / "1.png")  # the same content, copied
    save(source / "bee" / "10.png", (4, 5, 6))
    (source / "bee" / "3.png").unlink()
    done = bring_in(source, is_update=True)
    assert sorted(decoded) == ["ant/2.png", "bee/1.png", "bee/10.png"]
    assert (done.reused, done.removed) == (4, 1)
    by_path = dict(zip(paths(done), pictures(done)[:, 0, 0].tolist(), strict=True))
    assert by_path == {
        "ant/1.png": [255, 0, 0],
        "ant/2.png": [1, 2, 3],
        "ant/3.png": [255, 0, 0],
        "bee/1.png": [0, 255, 0],
        "bee/2.png": [0, 255, 0],
        "bee/10.png": [4, 5, 6],
    }


def test_a_file_of_the_same_size_with_another_content_is_decoded(tmp_path: Path) -> None:
    file = save(tmp_path / "source" / "1.bmp", (10, 20, 30))
    bring_in(tmp_path / "source")
    save(file, (40, 50, 60))
    touch_later(file)
    assert pictures(bring_in(tmp_path / "source", is_update=True))[0, 0, 0].tolist() == [40, 50, 60]


def test_other_labels_in_a_table_elsewhere_make_another_version(source: Path, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    rows = [f"{name}/{number}.png" for name in ("ant", "bee") for number in (1, 2, 3)]
    for other in (0, 1):
        table.write_text("file,label\n" + "".join(f"{row},{'y' if row == rows[other] else 'x'}\n" for row in rows))
        done = bring_in(source, wanted=str(table), is_update=bool(other))
    assert (done.is_new, done.info.classes, done.index.labels.tolist()) == (True, ("x", "y"), [0, 1, 0, 0, 0, 0])


def test_a_picture_that_was_left_out_comes_in_once_a_table_elsewhere_names_it(source: Path, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    for names in (["ant/1.png", "bee/1.png"], ["ant/1.png", "bee/1.png", "ant/2.png"]):
        table.write_text("file,label\n" + "".join(f"{name},x\n" for name in names))
        done = bring_in(source, wanted=str(table), unlabelled=Unlabelled.LEAVE_OUT, is_update=len(names) > 2)
    assert paths(done) == ["ant/1.png", "ant/2.png", "bee/1.png"]


def test_another_reader_decodes_everything_again(
    source: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[str]
) -> None:
    bring_in(source)
    decoded.clear()
    save(source / "bee" / "4.png")
    monkeypatch.setattr(importing, "READER_VERSION", importing.READER_VERSION + 1)
    bring_in(source, is_update=True)
    assert len(decoded) == 7


def test_a_file_that_could_not_be_read_for_a_while_is_read_by_an_update(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FolderSource.open

    def fail(self: FolderSource, path: str) -> BinaryIO:
        if path == "bee/2.png":
            raise OSError(errno.EIO, "Input/output error")
        return real(self, path)

    monkeypatch.setattr(FolderSource, "open", fail)
    assert [file.entry.verdict for file in bring_in(source).skipped] == [Verdict.UNREADABLE]
    monkeypatch.setattr(FolderSource, "open", real)
    assert bring_in(source, is_update=True).skipped == ()


def test_an_update_of_what_has_not_changed_opens_no_file(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source / "ant" / "text.png").write_text("no picture at all, only a text")
    bring_in(source)
    monkeypatch.setattr(Converter, "convert", lambda *_: pytest.fail("decoded"))
    monkeypatch.setattr("ganstudio.data.pictures.folders.FolderSource.open", lambda *_: pytest.fail("opened"))
    assert not bring_in(source, is_update=True).is_new


def test_an_update_of_files_that_were_chosen_in_a_folder_looks_at_no_others(source: Path) -> None:
    save(source / "loose.png", (1, 2, 3))
    with closing(open_source(source, chosen=("bee", "loose.png"))) as opened:
        found = scan(opened)
        request = Request("own", opened, found, Labels(), RGB8)
        done = importing.start(request)
    chosen = ["bee/1.png", "bee/2.png", "bee/3.png", "loose.png"]
    assert paths(done) == chosen
    assert f"from {source}, 2 files and folders in it" in report.describe(done.info, done.index)
    save(source / "bee" / "4.png", (4, 5, 6))
    save(source / "new.png", (4, 5, 6))
    with closing((request := updating.prepare_update("own")).source):
        assert paths(importing.update(request)) == [*chosen[:3], "bee/4.png", "loose.png"]


def test_a_folder_that_was_moved_is_recognised(source: Path, tmp_path: Path, decoded: list[str]) -> None:
    bring_in(source)
    decoded.clear()
    source.rename(tmp_path / "moved")
    assert not bring_in(tmp_path / "moved", is_update=True).is_new
    assert decoded == []


def test_another_recipe_decodes_everything_again(source: Path, decoded: list[str]) -> None:
    bring_in(source)
    decoded.clear()
    done = bring_in(source, recipe=Recipe(16, 8, Channels.GRAY), is_update=True)
    assert len(decoded) == 6
    assert pictures(done).shape == (6, 16, 8, 1)


def test_classes_keep_their_numbers_when_pictures_are_added_or_removed(source: Path) -> None:
    bring_in(source)
    save(source / "aardvark" / "1.png", (1, 1, 1))
    shutil.rmtree(source / "ant")
    done = bring_in(source, is_update=True)
    assert done.info.classes == ("ant", "bee", "aardvark")
    assert done.index.labels.tolist() == [2, 1, 1, 1]


def test_a_class_whose_pictures_are_all_broken_is_left_out_and_said(source: Path) -> None:
    for file in (source / "ant").iterdir():
        file.write_bytes(encoded(size=(64, 64))[:60])
    done = bring_in(source)
    assert (done.info.classes, done.index.labels.tolist(), done.empty_classes) == (("bee",), [0, 0, 0], ("ant",))


def test_the_fingerprint_is_that_of_pictures_and_labels_whatever_the_files_were(source: Path, tmp_path: Path) -> None:
    done = bring_in(source)
    shutil.copytree(source, tmp_path / "copy")
    (tmp_path / "copy" / "notes.txt").write_text("something beside the pictures")
    assert bring_in(tmp_path / "copy", "copy").info.fingerprint == done.info.fingerprint
    (tmp_path / "copy" / "ant").rename(tmp_path / "copy" / "auk")
    assert bring_in(tmp_path / "copy", "auk").info.fingerprint != done.info.fingerprint


def test_a_version_is_kept_while_a_run_needs_it(source: Path, tmp_path: Path) -> None:
    first, run = bring_in(source), tmp_path / "run"
    run.mkdir()
    (run / "run.toml").touch()
    stored.keep_for_run(first.folder, run)
    for number in range(3):
        save(source / "ant" / f"{number + 10}.png", (number, 0, 0))
        last = bring_in(source, is_update=True)
    assert [version.name for version in stored.versions(first.folder.parent)] == ["v1", "v4"]
    assert stored.find_version(first.folder.parent, first.info.fingerprint) == first.folder
    shutil.rmtree(run)
    save(source / "ant" / "99.png", (9, 9, 9))
    last = bring_in(source, is_update=True)
    assert stored.versions(first.folder.parent) == [last.folder]
