"""Pictures decoded by processes: results, and what becomes of files and processes if one ends."""

import os
import signal
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from ganstudio.data.pictures import decoding_process, importing, processes, stored
from ganstudio.data.pictures.converter import Converted, Converter
from ganstudio.data.pictures.decoding_process import Item
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.processes import ProcessConverter
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.scan import Scan, scan
from ganstudio.data.pictures.verdicts import Verdict
from ganstudio.errors import Cancelled, StudioError
from support.imports import RGB8, bring_in, bytes_of
from support.picture_folder import classes, encoded, save, touch_later

# In place of `make`: what is done with a file depends on the colour that it has.
MISBEHAVING = """
import os, signal, sys, time
from ganstudio.data.pictures import decoding_process as child
real = child.make
def make(content, recipe, crc32):
    made = real(content, recipe, crc32)
    pixel = None if made.pixels is None else made.pixels[0, 0].tolist()
    if pixel == [1, 1, 1]:
        os.abort()
    if pixel == [2, 2, 2] and not os.path.exists(MARK):
        open(MARK, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    if pixel == [3, 3, 3]:
        open(MARK, "w").close()
        time.sleep(600)
    if pixel == [4, 4, 4]:
        raise ValueError("a fault of the program")
    return made
child.make = make
print("a program that starts with Python prints this")
child.main()
"""


@pytest.fixture
def misbehaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have processes end or hang at some colours; return the file by which they say that they have."""
    mark = tmp_path / "mark"
    code = f"import sys; sys.path[:] = {sys.path!r}; MARK = {str(mark)!r}\n{MISBEHAVING}"
    monkeypatch.setattr(processes, "command", lambda: [sys.executable, "-c", code])
    return mark


def convert(path: Path, count: int, recipe: Recipe = RGB8, size: int = 4) -> tuple[Scan, list[Converted], int]:
    """Convert all pictures in processes; return what they are, what became of them, and how many processes ended."""
    with closing(open_source(path)) as source:
        found = scan(source)
        tasks = [list(found.pictures[at : at + size]) for at in range(0, len(found.pictures), size)]
        with ProcessConverter(Converter(source, recipe), count) as pool:
            converted = [each for task in pool.convert(tasks) for each in task]
        return found, converted, pool.ended


def colours(converted: list[Converted]) -> list[int | None]:
    return [None if each.pixels is None else int(each.pixels[0, 0, 0]) for each in converted]


def greys(folder: Path, *values: int) -> Path:
    """Fill a folder with pictures of these greys, in order."""
    for number, value in enumerate(values):
        save(folder / f"{number}.png", (value, value, value))
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = classes(tmp_path / "source")
    (folder / "ant" / "cut.png").write_bytes(encoded(size=(64, 64))[:60])
    save(folder / "bee" / "large.jpg", (10, 200, 30), (300, 200))
    save(folder / "bee" / "thin.png", (10, 200, 30, 90), (40, 9))
    return folder


def test_an_import_in_processes_gives_the_bytes_of_one_in_threads(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_threads = bring_in(source)
    whole = bytes_of(in_threads.folder)
    monkeypatch.setattr(processes, "MIN_FILES", 1)
    monkeypatch.setattr(processes, "MIN_FILES_EACH", 1)
    monkeypatch.setattr(importing, "count_threads", lambda: 2)
    monkeypatch.setattr(importing, "CHUNK", 2)
    monkeypatch.setattr(Converter, "convert", lambda *_: pytest.fail("decoded by this process"))
    again = bytes_of(bring_in(source, "own2").folder)
    again[stored.INFO] = again[stored.INFO].replace(b'"own2"', b'"own"')
    assert again == whole
    touch_later(source / "ant" / "2.png")  # with the same content
    save(source / "ant" / "1.png", (5, 6, 7))
    done = bring_in(source, is_update=True)
    assert done.reused == in_threads.info.count - 1
    assert done.index.digests.tolist()[1:] == in_threads.index.digests.tolist()[1:]
    assert not done.notes


def test_what_lies_in_an_archive_is_the_same_as_in_a_folder(source: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "source.zip", "w") as archive:
        for path in sorted(source.rglob("*.*")):
            archive.write(path, path.relative_to(source))
    recipe = Recipe(6, 9, Channels.RGBA)
    with closing(open_source(source)) as folder:
        expected = Converter(folder, recipe).convert(scan(folder).pictures)
    _, converted, _ = convert(tmp_path / "source.zip", 1, recipe)
    assert [each.outcome for each in converted] == [each.outcome for each in expected]
    assert [each.pixels is None or each.pixels.tobytes() for each in converted] == [
        each.pixels is None or each.pixels.tobytes() for each in expected
    ]
    assert sum(each.pixels is not None for each in converted) == 8


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_file_that_crashes_its_process_is_skipped_and_all_others_are_read(tmp_path: Path, misbehaves: Path) -> None:
    _, converted, ended = convert(greys(tmp_path / "source", 50, 1, 60, 70, 80, 2), 1)
    assert colours(converted) == [50, None, 60, 70, 80, 2]
    outcome = converted[1].outcome
    assert (outcome.verdict, outcome.crc32) == (Verdict.BROKEN, 0)  # so that an update tries it again
    assert f"crashes on it (exit code {-signal.SIGABRT})" in outcome.why
    assert ended == 4  # thrice with the second file, and once with the last, where it was killed


def test_a_fault_of_the_program_in_a_process_is_raised(tmp_path: Path, misbehaves: Path) -> None:
    with pytest.raises(RuntimeError, match="a fault of the program"):
        convert(greys(tmp_path / "source", 50, 4), 1)


def test_calling_off_ends_a_process_that_decodes(tmp_path: Path, misbehaves: Path) -> None:
    def check() -> None:
        if misbehaves.exists():
            raise Cancelled

    with closing(open_source(greys(tmp_path / "source", 3))) as source:
        files = scan(source).pictures
        pool = ProcessConverter(Converter(source, RGB8), 1)
        with pytest.raises(Cancelled), pool:
            list(pool.convert([list(files)], check))
    [driver] = pool._drivers
    assert driver.process is not None
    assert driver.process.popen.returncode not in (None, 0)
    assert pool.ended == 0


def test_a_process_ends_with_its_parent_even_while_it_decodes(tmp_path: Path, misbehaves: Path) -> None:
    with closing(open_source(greys(tmp_path / "source", 3))) as source:
        process = processes._start(Converter(source, RGB8))
        assert process is not None
        process.begin(Converter(source, RGB8))
        process.send([Item(b"0.png")])
        while not misbehaves.exists():
            assert process.popen.poll() is None
        process._input.close()  # as the system does for a parent that is gone
        assert process.popen.wait(30) == 0
        process.close()


@pytest.mark.parametrize("executable", ["", "/programs/studio", "/nowhere/python3"])
def test_without_a_python_to_start_threads_decode(
    source: Path, monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    """As in a program that was frozen, which would start itself."""
    monkeypatch.setattr(sys, "executable", executable)
    assert (decoding_process.command() is None) == (executable != "/nowhere/python3")
    found, converted, ended = convert(source, 2)
    assert (len(converted), sum(each.pixels is not None for each in converted)) == (len(found.pictures), 8)
    assert ended == 0


def test_a_python_that_cannot_decode_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "command", lambda: [sys.executable, "-S", "-c", "raise SystemExit(1)"])
    _, converted, ended = convert(greys(tmp_path / "source", 50, 60), 1)
    assert (colours(converted), ended) == ([50, 60], 0)


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_where_no_other_process_can_be_started_what_crashed_one_is_not_decoded_by_the_program(
    tmp_path: Path, misbehaves: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = processes.command()
    commands = iter([usual])
    monkeypatch.setattr(processes, "command", lambda: next(commands, None))
    with pytest.raises(StudioError, match="no other can be started"):
        convert(greys(tmp_path / "source", 50, 1), 1)


def test_a_process_has_neither_qt_nor_torch() -> None:
    command = decoding_process.command()
    assert command is not None
    code = command[-1].replace("main()", "print({name.partition('.')[0] for name in sys.modules})")
    names = subprocess.check_output([*command[:-1], code], text=True)
    assert "numpy" in names
    assert not any(name in names for name in ("torch", "PySide6", "tqdm", "scipy"))
