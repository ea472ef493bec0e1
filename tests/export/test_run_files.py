"""A run as one file, opened again among the runs of another computer."""

from pathlib import Path

import pytest

from ganstudio.commands import open as open_command
from ganstudio.errors import Cancelled, InputError, RunError
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Job
from ganstudio.runs.folder import RunFolder
from support import export


@pytest.fixture
def packed(finished: RunFolder, out: Path) -> Path:
    path = out / "mine.ganrun"
    FORMATS["run"].write(Job(finished.path, path))
    return path


def test_opening_it_unpacks_it_among_the_runs(
    packed: Path, finished: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path | None] = []
    monkeypatch.setattr(open_command, "check", lambda: None)
    monkeypatch.setattr("ganstudio.gui.app.main", lambda folder: opened.append(folder) or 0)
    assert open_command.open_window(packed) == 0
    assert opened == [tmp_path / "runs-home" / "tiny-run"]
    run = RunFolder.open(tmp_path / "runs-home" / "tiny-run")
    assert run.config == finished.config
    assert run.history().ticks == finished.history().ticks
    assert run.snapshots()[-1][1].read_bytes() == finished.snapshots()[-1][1].read_bytes()


def test_it_is_unpacked_even_where_no_window_can_open(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_display() -> None:
        raise InputError("No window can open.")

    monkeypatch.setattr(open_command, "check", no_display)
    with pytest.raises(InputError, match="No window"):
        open_command.open_window(packed)
    home = tmp_path / "runs-home" / "tiny-run"
    assert f"mine.ganrun is unpacked in {home}" in capsys.readouterr().err
    assert RunFolder.open(home).samples()


def test_a_file_that_is_no_run_is_refused(out: Path) -> None:
    (out / "x.ganrun").write_bytes(b"PK and nothing more")
    with pytest.raises(RunError, match="cannot be unpacked"):
        open_command.open_window(out / "x.ganrun")


def test_called_off_it_leaves_nothing(finished: RunFolder, out: Path) -> None:
    told: list[tuple[int, int]] = []
    job = Job(
        finished.path, out / "x.ganrun", on_progress=lambda *at: told.append(at), should_stop=lambda: len(told) == 4
    )
    with pytest.raises(Cancelled):
        FORMATS["run"].write(job)
    assert len(told) == 4
    assert export.left_over(out) == []


def test_a_place_that_cannot_be_is_refused(finished: RunFolder, out: Path) -> None:
    for path in (out, out / "nowhere" / "x.ganrun"):
        with pytest.raises(InputError, match="cannot be written"):
            FORMATS["run"].write(Job(finished.path, path))
