"""The export to ONNX by a process of its own: the same file, the same errors, and nothing is left of it."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ganstudio.errors import Cancelled, ExportError, StudioError
from ganstudio.export import onnx_process
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Job
from ganstudio.runs.folder import RunFolder
from ganstudio.system import child_process
from support import export

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> "list[subprocess.Popen[bytes]]":
    """The processes that are started."""

    def start(arguments: list[str]) -> "subprocess.Popen[bytes]":
        processes.append(begin(arguments))
        return processes[-1]

    processes: list[subprocess.Popen[bytes]] = []
    begin = child_process.start
    monkeypatch.setattr(child_process, "start", start)
    return processes


def write(run: RunFolder | Path, file: Path, **wishes: object) -> str:
    path = run.path if isinstance(run, RunFolder) else run
    return FORMATS["onnx"].write(Job(path, file, in_own_process=True, **wishes))


def run_instead(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have another program be the process."""
    lines = f"import sys; sys.path[:] = {sys.path!r}\n{code}"
    monkeypatch.setattr(child_process, "command", lambda module: [sys.executable, "-c", lines])


def test_it_writes_the_same_file_and_says_the_same(
    finished: RunFolder, out: Path, started: "list[subprocess.Popen[bytes]]"
) -> None:
    told: list[int] = []
    said = write(finished, out / "there.onnx", on_progress=lambda done, total: told.append(done))
    assert said == FORMATS["onnx"].write(Job(finished.path, out / "here.onnx"))
    assert (out / "there.onnx").read_bytes() == (out / "here.onnx").read_bytes()
    assert told == [0, 1, 2, 3]
    assert [process.poll() is None for process in started] == [False]
    assert "onnxAnswers" not in {thread.name for thread in threading.enumerate()}


def test_what_is_refused_there_is_refused_here_in_the_same_words(finished: RunFolder, out: Path) -> None:
    nowhere = out / "no run"
    with pytest.raises(StudioError) as here:
        FORMATS["onnx"].write(Job(nowhere, out / "g.onnx"))
    with pytest.raises(ExportError) as there:
        write(nowhere, out / "g.onnx")
    assert str(there.value) == str(here.value)
    assert export.left_over(out) == []


def test_cancelled_while_it_computes_the_process_ends_and_leaves_nothing(
    finished: RunFolder, out: Path, started: "list[subprocess.Popen[bytes]]"
) -> None:
    with pytest.raises(Cancelled):
        write(finished, out / "g.onnx", should_stop=lambda: bool(started))
    assert [process.poll() is None for process in started] == [False]
    assert export.left_over(out) == []


def test_an_error_that_nobody_expected_comes_with_its_traceback(
    finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "from ganstudio.export import onnx, onnx_process\nonnx.compute_graph = None\nonnx_process.main()"
    run_instead(code, monkeypatch)
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*TypeError: 'NoneType' object is not callable"):
        write(finished, out / "g.onnx")
    assert export.left_over(out) == []


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
    code = (
        f"import os\nfrom ganstudio.export import onnx_process\nonnx_process._answer = lambda order, report: {end}\n"
        "onnx_process.main()"
    )
    run_instead(code, monkeypatch)
    with pytest.raises(ExportError, match=f"The process that exports to ONNX {said}"):
        write(finished, out / "g.onnx")
    assert export.left_over(out) == []


def test_it_ends_with_the_program() -> None:
    arguments = child_process.command(onnx_process.__name__)
    assert arguments is not None
    process = child_process.start(arguments)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) is not None
    child_process.end(process)


@pytest.mark.parametrize("why", ["no Python of its own", "no process can be started"])
def test_without_a_process_it_is_computed_here(
    why: str, finished: RunFolder, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(arguments: list[str]) -> None:
        raise OSError("no more processes")

    if why == "no Python of its own":
        monkeypatch.setattr(child_process, "command", lambda module: None)
    monkeypatch.setattr(child_process, "start", fail)
    assert write(finished, out / "g.onnx").startswith("generator of ")
    assert (out / "g.onnx").stat().st_size > 0
