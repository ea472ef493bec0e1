"""resume --at, branch and runs as a user types them."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ganstudio import cli
from ganstudio import config as cfg
from ganstudio.commands import launch, resume
from ganstudio.commands.console import measures
from ganstudio.events import Measured
from ganstudio.runs.folder import Label, RunFolder
from ganstudio.runs.summary import summarize

TINY = ["--data.name", "digits", "--network.name", "mlp", "--network.width", "4", "--optimizer.batch-size", "64"]
TINY += ["--output.grid", "2", "--engine.threads", "1", "--engine.precision", "float32", "--measure.every", "0"]
MEASURED = Measured(3, 0.1, 1.25, "digit-classifier", 2000, 12.3456, 0.75, 0.5, 1.0, 0.625)
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = cli.main(words)
        except SystemExit as left:
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with checkpoints at 3 and 6."""
    path = tmp_path_factory.mktemp("runs") / "first"
    assert cli.main(["train", *TINY, "--steps", "3", "--out", str(path)]) == 0
    assert cli.main(["resume", str(path), "--steps", "6"]) == 0
    return path


@pytest.fixture
def run(trained: Path, home: Path) -> RunFolder:
    """The same, to be changed."""
    return RunFolder.open(shutil.copytree(trained, home / "first"))


def test_resume_goes_back(typed: Typed, run: RunFolder) -> None:
    code, out, _ = typed("resume", str(run.path), "--at", "5", "--steps", "7")
    assert code == 0
    assert "Went back to step 3." in out
    assert run.rewind_points() == [0, 3, 7]
    run.checkpoint_path(0).unlink()  # as in a run of earlier versions
    code, _, error = typed("resume", str(run.path), "--at", "2")
    assert code == 2
    assert "oldest checkpoint is at step 3" in error


def test_branch_makes_a_run_that_goes_on(typed: Typed, run: RunFolder, home: Path) -> None:
    code, out, _ = typed("branch", str(run.path), "--at", "4", "--optimizer.d-lr", "0.01", "--steps", "5")
    assert code == 0
    made = next(path for path in home.iterdir() if path.name != "first")
    assert f"ganstudio resume {made}" in out
    assert "step 3 of first" in out
    assert RunFolder.open(made).config.optimizer.d_lr == 0.01
    assert typed("resume", str(made))[0] == 0
    assert RunFolder.open(made).rewind_points() == [3, 5]
    assert run.rewind_points() == [0, 3, 6]


def test_branch_goes_where_it_is_told_and_says_what_it_cannot_change(typed: Typed, run: RunFolder, home: Path) -> None:
    assert typed("branch", str(run.path), "--out", str(home / "second"))[0] == 0
    assert RunFolder.open(home / "second").info.parent_step == 6
    code, _, error = typed("branch", str(run.path), "--network.width", "8")
    assert code == 2
    assert "does not know --network.width" in error


def test_runs_are_listed_with_the_pinned_ones_first(typed: Typed, run: RunFolder, home: Path) -> None:
    assert typed("branch", str(run.path), "--at", "3", "--out", str(home / "second"))[0] == 0
    run.set_label(Label(title="my first", pinned=True))
    run.append(MEASURED)  # after the mark of its end
    code, out, _ = typed("runs")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split() == [
        "run",
        "title",
        "status",
        "data",
        "steps",
        "epochs",
        "time",
        "FCD",
        "size",
        "branch",
        "of",
    ]
    assert lines[1].startswith("first   my first  interrupted, pinned")
    assert "12.35 at 3" in lines[1]
    assert lines[2].startswith("second ")
    assert lines[2].endswith("  my first at 3")
    run.set_label(Label())
    assert typed("runs")[1].splitlines()[1].endswith("  first at 3")
    assert str(home) in lines[-1]


def test_names_and_titles_that_runs_prints_are_taken_by_every_command(
    typed: Typed, run: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.set_label(Label("My first"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ganstudio.commands.open.check", lambda: None)
    opened: list[Path] = []
    monkeypatch.setattr("ganstudio.gui.app.main", lambda folder: opened.append(folder) or 0)
    name = typed("runs")[1].splitlines()[1].split()[0]
    for each in (name, "my first"):
        assert typed("open", each)[0] == 0
        assert typed("branch", each)[0] == 0
        assert typed("sample", each, "--out", "s.png", "--count", "1")[0] == 0
        assert typed("export", each, "--format", "csv", "--out", f"{each}.csv")[0] == 0
    assert opened == [run.path, run.path]
    assert typed("resume", "My first", "--steps", "7")[0] == 0
    assert summarize(RunFolder.open(run.path)).steps == 7
    code, _, error = typed("resume", "my frist")
    assert code == 2
    assert "Did you mean My first" in error


def test_no_runs_are_told_with_the_command_that_makes_one(typed: Typed, home: Path) -> None:
    code, out, _ = typed("runs")
    assert code == 0
    assert "There are no runs in" in out
    assert "ganstudio train" in out


def test_several_processes_are_told_where_to_go_back_to(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(launch, "_launch", lambda processes, arguments, folder: told.append(arguments) or 0)
    assert resume.resume(run.path, {"engine.processes": "2"}, at=4) == 0
    assert told[0][-2:] == ["--at", "4"]
    resume.resume(run.path, {"engine.processes": "2"})
    assert "--at" not in told[1]


def test_a_measurement_is_a_line() -> None:
    assert measures(MEASURED) == (
        "epoch 0.1  FCD 12.35  precision 0.75  recall 0.50  coverage 0.62  (2,000 pictures, digit-classifier, 1.2 s)"
    )


def test_every_setting_that_may_branch_has_a_flag() -> None:
    _, commands = cli.build()
    known = commands["branch"].flags
    fixed = [each.path for each in cfg.SETTINGS.values() if each.flag not in known]
    assert {each.partition(".")[0] for each in fixed} == {"network", "data", "output", "optimizer", "begin"}
    assert {"data.size", "data.channels", "output.grid"} <= set(fixed)
    assert "data.name" not in fixed
    assert not [
        path for path in fixed if cfg.SETTINGS[path].live
    ]  # what may change at any step may at that of a branch
    assert dataclasses.is_dataclass(cfg.RunConfig().measure)
