"""Runs of several processes, really started: errors, kills, stops, and going on with another number of them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tomli_w
import torch

import support
from ganstudio import cli
from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.errors import StudioError
from ganstudio.events import Finished
from ganstudio.runs import runner
from ganstudio.runs.folder import RunFolder
from support.runs import TINY, marks

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")

ENDLESS = 10_000_000  # steps
SETTINGS = TINY | {"steps": ENDLESS, "output": TINY["output"] | {"checkpoint_seconds": 1.0, "tick_seconds": 0.1}}

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(tomli_w.dumps(SETTINGS))
    return path


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Start]:
    """Starts a Python program; ends it, if it still runs, as a user would."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> subprocess.Popen[str]:
        with (tmp_path / f"output-{len(started)}").open("w") as output:
            command = [sys.executable, *map(str, words)]
            child = subprocess.Popen(command, stdout=output, stderr=output, text=True, env=support.environment())
        started.append(child)
        return child

    yield start
    for child in started:
        child.terminate()
        child.wait(30)


def wait_for(found: Callable[[], object], child: subprocess.Popen[str], output: Path, seconds: float = 40.0) -> None:
    give_up = time.monotonic() + seconds
    while not found():
        assert child.poll() is None, output.read_text()
        assert time.monotonic() < give_up, output.read_text()
        time.sleep(0.05)


def checkpoints(run: Path) -> list[int]:
    return [int(path.stem) for path in sorted((run / "checkpoints").glob("*.safetensors"))]


def test_a_job_goes_on_after_an_error_ends_when_killed_and_can_be_resumed(
    tmp_path: Path, settings: Path, launch: Start
) -> None:
    run, output = tmp_path / "run", tmp_path / "output-0"
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", 2, "--max-restarts", 1)
    script = Path(__file__).parents[1] / "support" / "breaking_process.py"
    job = launch(*launcher, script, tmp_path, "train", "--config", settings, "--out", run)

    # The second process breaks; torchrun starts all anew, and they go on from the checkpoint.
    wait_for(lambda: (tmp_path / "pid-1-1").exists(), job, output)
    kept = max(checkpoints(run))
    wait_for(lambda: max(checkpoints(run)) > kept, job, output)
    said = output.read_text()
    assert "Traceback" in said
    assert "ArithmeticError: the second process breaks" in said
    assert [mark.step for mark in marks(RunFolder.open(run).history().marks, "resume")] == [kept]
    assert RunFolder.open(run).config.engine.processes == 2

    # Killed, it ends at once: no more restarts are left.
    os.kill(int((tmp_path / "pid-1-1").read_text()), signal.SIGKILL)
    assert job.wait(30) != 0
    assert RunFolder.open(run).status() == "interrupted"

    # One process resumes from the last checkpoint.
    kept = max(checkpoints(run))
    alone = runner.resume(run, {"steps": kept + 5})
    told = list(alone.events())
    assert marks(told, "resume")[0].step == kept
    assert told[-1] == Finished(kept + 5, "done")
    assert RunFolder.open(run).config.engine.processes == 1


def test_a_run_of_one_goes_on_with_two_and_a_stop_saves(tmp_path: Path, launch: Start) -> None:
    dataset = catalog.load("digits", size=28, channels=1)
    first = runner.start(cfg.from_dict(TINY | {"steps": 20}), dataset, tmp_path / "run")
    assert list(first.events())[-1] == Finished(20, "done")

    output = tmp_path / "output-0"
    job = launch("-m", "ganstudio", "resume", tmp_path / "run", "--steps", ENDLESS, "--processes", 2,
                 "--output.checkpoint-seconds", 1)  # fmt: skip
    wait_for(lambda: max(checkpoints(tmp_path / "run")) > 20, job, output)
    before = max(checkpoints(tmp_path / "run"))
    job.send_signal(signal.SIGTERM)
    assert job.wait(40) == 130, output.read_text()
    run = RunFolder.open(tmp_path / "run")
    assert max(checkpoints(run.path)) > before
    end = run.history().end
    assert isinstance(end, Finished)
    assert end.reason == "interrupted"
    assert not run.is_running()
    assert run.config.engine.processes == 2
    assert "Interrupted at step" in output.read_text()
    assert "Traceback" not in output.read_text()
    assert "death signal" not in output.read_text()


def test_what_cannot_be_shared_is_said_once_before_anything_starts(
    tmp_path: Path, settings: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["train", "--config", str(settings), "--processes", "3", "--out", str(tmp_path / "run")]) == 2
    assert capfd.readouterr().err == ("optimizer.batch_size 8 cannot be shared among 3 processes; try 9.\n")
    assert not (tmp_path / "run").exists()


def test_as_many_gpus_as_processes_are_needed(
    tmp_path: Path, settings: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ganstudio.commands import launch

    monkeypatch.setattr(launch, "choose_device", lambda wanted: torch.device("cuda", 0))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    words = ["train", "--config", str(settings), "--processes", "2", "--out", str(tmp_path / "run")]
    assert cli.main(words) == 2
    assert "2 processes need a GPU each, and this machine has 1 GPU." in capfd.readouterr().err


def test_the_launcher_says_why_a_process_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torch.distributed.elastic.multiprocessing.errors import ErrorHandler, ProcessFailure

    from ganstudio.commands import launch

    monkeypatch.setenv("TORCHELASTIC_ERROR_FILE", str(tmp_path / "error.json"))
    ErrorHandler().record_exception(StudioError("A loss became NaN.\nTraceback ..."))
    assert launch._why(ProcessFailure(1, 123, 1, str(tmp_path / "error.json"))) == "A loss became NaN."
    assert launch._why(ProcessFailure(1, 123, -9, str(tmp_path / "none.json"))) == "signal 9."
    assert launch._why(ProcessFailure(1, 123, 3, str(tmp_path / "none.json"))) == "exit code 3."
