"""Exports by a process of its own: the same files, the same errors, and nothing is left of it."""

import dataclasses
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import numpy as np
import pytest

from ganstudio.errors import Cancelled, ExportError, ShortOfMemoryError, StudioError, UserFolder
from ganstudio.export import export_process
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job, Paper
from ganstudio.latent import paths
from ganstudio.runs.folder import RunFolder
from ganstudio.system import child_process
from support import export

Processes = "list[subprocess.Popen[bytes]]"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Processes:
    """The processes that are started."""

    def start(*arguments: object) -> "subprocess.Popen[bytes]":
        processes.append(begin(*arguments))
        return processes[-1]

    processes: list[subprocess.Popen[bytes]] = []
    begin = child_process.start
    monkeypatch.setattr(child_process, "start", start)
    return processes


def write(run: RunFolder | Path, file: Path, **wishes: object) -> str | None:
    path = run.path if isinstance(run, RunFolder) else run
    return export_process.write(FORMATS[file.suffix[1:] or "folder"], Job(path, file, **wishes))


def run_instead(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have another program be the process."""
    first = f"import os, sys; sys.path[:] = {sys.path!r}\nfrom ganstudio.export import export_process"
    lines = f"{first}\n{code}\nexport_process.main()"
    monkeypatch.setattr(child_process, "command", lambda module: [sys.executable, "-c", lines])


def raise_instead(error: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the export fail there."""
    run_instead(
        "from ganstudio import errors\nfrom ganstudio.export.formats import Format\n"
        f"def fail(chosen, job): raise {error}\nFormat.write = fail",
        monkeypatch,
    )


def test_it_writes_the_same_file_and_says_the_same(finished: RunFolder, out: Path, started: Processes) -> None:
    told: list[tuple[int, int]] = []
    z = paths.noise(3, 8, 1)
    job = Job(finished.path, out / "here.gif", Content.WALK, scale=2, seconds=0.5, paper=Paper.BLACK, points=z)
    said = FORMATS["gif"].write(job)
    there = dataclasses.replace(job, out=out / "there.gif", on_progress=lambda *progress: told.append(progress))
    assert export_process.write(FORMATS["gif"], there) == said
    assert (out / "there.gif").read_bytes() == (out / "here.gif").read_bytes()
    assert told[-1] == (3, 3)
    assert [each.poll() is None for each in started] == [False]
    assert "exportAnswers" not in {thread.name for thread in threading.enumerate()}


def test_a_job_arrives_as_it_was_sent() -> None:
    job = Job(
        Path("a run"), Path("/out/\udcff.gif"), Content.WALK, 3, 2, 5.5, 1.5, 7, 9, 0.5, (1, 2), False,
        Paper.CHECKERBOARD, 0.25, 16, (), True, np.ones((2, 3), np.float32), np.zeros((2, 4), np.float32), 99,
    )  # fmt: skip
    got = export_process._job_of(export_process._order_of(FORMATS["gif"], job), job.on_progress, job.should_stop)
    callbacks = {"on_progress", "should_stop"}
    assert {each.name for each in dataclasses.fields(Job)} - callbacks <= set(export_process._Order.__struct_fields__)
    for field in dataclasses.fields(Job):
        sent, arrived = getattr(job, field.name), getattr(got, field.name)
        assert np.array_equal(sent, arrived), field.name
    order = export_process._order_of(FORMATS["gif"], Job("mnist", Path("x")))
    assert export_process._job_of(order, job.on_progress, job.should_stop).run == "mnist"


def test_what_is_refused_there_is_refused_here_in_the_same_words(out: Path) -> None:
    with pytest.raises(StudioError) as here:
        FORMATS["gif"].write(Job(out / "no run", out / "g.gif"))
    with pytest.raises(StudioError) as there:
        write(out / "no run", out / "g.gif")
    assert str(there.value) == str(here.value)
    assert export.left_over(out) == []


def test_cancelled_it_ends_and_leaves_nothing(finished: RunFolder, out: Path, started: Processes) -> None:
    told: list[int] = []
    wishes = {"content": Content.SAMPLES, "count": 100_000, "on_progress": lambda done, total: told.append(done)}
    with pytest.raises(Cancelled):
        write(finished, out / "samples", should_stop=lambda: len(told) > 1, **wishes)
    assert [each.poll() is None for each in started] == [False]
    assert export.left_over(out) == []


def test_one_that_does_not_listen_is_ended(
    finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch, started: Processes
) -> None:
    monkeypatch.setattr(export_process, "_CANCEL_SECONDS", 0.1)
    run_instead(
        "import time\nfrom ganstudio.export.formats import Format\nFormat.write = lambda *_: time.sleep(60)",
        monkeypatch,
    )
    with pytest.raises(Cancelled):
        write(finished, out / "g.gif", should_stop=lambda: True)
    assert [each.poll() is None for each in started] == [False]


@pytest.mark.parametrize(
    ("raised", "kind", "said"),
    [
        ("errors.ShortOfMemoryError('too much')", ShortOfMemoryError, "^too much$"),
        ("OSError(28, 'No space left on device')", OSError, r"^\[Errno 28\] No space left on device$"),
        ("TypeError('odd')", RuntimeError, "(?m)^TypeError: odd$"),  # with its note
    ],
)
def test_errors_arrive(
    raised: str, kind: type[Exception], said: str, finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_instead(raised, monkeypatch)
    with pytest.raises(kind, match=said) as got:
        write(finished, out / "g.gif")
    assert "\n" not in str(got.value)
    details = "".join(traceback.format_exception(got.value))
    assert ("in fail" in details) == (kind is RuntimeError)  # where it was raised there


def test_an_error_says_which_folder_to_choose(finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raise_instead("errors.DataError('gone', place=errors.UserFolder.DATA)", monkeypatch)
    with pytest.raises(StudioError) as got:
        write(finished, out / "g.gif")
    assert got.value.place is UserFolder.DATA


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("os._exit(7)", r"ended before it was done \(exit code 7\)"),
        pytest.param(
            "os.kill(os.getpid(), 9)",
            "was ended, perhaps because memory ran out",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell"),
        ),
    ],
)
def test_a_process_that_ends_too_soon_is_named(
    end: str, said: str, finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_instead(f"export_process._export = lambda *_: {end}", monkeypatch)
    with pytest.raises(ExportError, match=f"The process that exports {said}"):
        write(finished, out / "g.gif")


def test_it_ends_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = child_process.command(export_process.__name__)
    assert arguments is not None
    there = child_process.start(arguments)
    assert there.stdin is not None
    there.stdin.close()
    assert there.wait(60) is not None
    child_process.end(there)


@pytest.mark.parametrize("why", ["no Python of its own", "no process can be started"])
def test_it_is_said_that_no_process_can_be_started(
    why: str, finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("no more processes")

    if why == "no Python of its own":
        monkeypatch.setattr(child_process, "command", lambda module: None)
    monkeypatch.setattr(child_process, "start", fail)
    assert write(finished, out / "g.gif") is None
    assert export.left_over(out) == []
