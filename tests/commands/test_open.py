"""`ganstudio open`, up to the window."""

from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio.commands import open as open_command
from ganstudio.errors import InputError
from ganstudio.gui.window import reopening
from ganstudio.runs import archive
from ganstudio.runs.folder import RunFolder, RunInfo


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    app = pytest.importorskip("ganstudio.gui.app")
    found: list[Path | None] = []
    monkeypatch.setattr(open_command, "check", lambda: None)
    monkeypatch.setattr(app, "main", lambda folder: found.append(folder) or 0)
    return found


def test_one_file_is_unpacked_once(opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = RunFolder.create(tmp_path / "demo", cfg.RunConfig(), RunInfo.now(cfg.RunConfig()))
    file = archive.pack(run, tmp_path / "demo.ganrun")
    for said in ("is unpacked in", "has already been unpacked to"):
        assert open_command.open_window(file) == 0
        assert f"demo.ganrun {said} {tmp_path / 'runs-home' / 'demo'}" in capsys.readouterr().err
    assert opened == [tmp_path / "runs-home" / "demo"] * 2


@pytest.mark.parametrize("name", ["X.GANRUN", "x.ganrun.zip", "demo"])
def test_one_file_may_have_another_ending(name: str, opened, tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path / "run", cfg.RunConfig(), RunInfo.now(cfg.RunConfig()))
    file = archive.pack(run, tmp_path / "demo.ganrun").rename(tmp_path / name)
    assert open_command.open_window(file) == 0
    assert opened == [tmp_path / "runs-home" / "run"]


def test_a_file_that_is_no_run_is_told_apart_from_one_that_is_not_there(opened, tmp_path: Path) -> None:
    (tmp_path / "notes.ganrun.zip").write_text("no run")
    with pytest.raises(InputError, match="notes"):
        open_command.open_window(tmp_path / "notes.ganrun.zip")
    with pytest.raises(InputError, match="there is no run of that name"):
        open_command.open_window(tmp_path / "gone.ganrun")
    assert opened == []


def test_a_program_that_started_itself_anew_knows_what_was_open(opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(reopening.VARIABLE, "any.json")
    assert open_command.open_window(Path("gone.ganrun")) == 0
    assert opened == [None]


def test_where_no_window_can_open_the_command_to_train_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_command.doctor, "display_problem", lambda: "there is no display")
    with pytest.raises(InputError, match=r"there is no display\. Training needs no window: ganstudio train$"):
        open_command.check()
