"""Messages of the window: errors and warnings of runs, and the advice with them."""

from ganstudio.events import Failed, Marked
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import tick
from support.window import TINY, WAIT, reach


def test_start_is_named_only_where_it_does_what_is_said(open_window, qtbot):
    window = open_window()
    banner = window.error_banner
    window.show_failure(Failed("The picture cannot be written."))
    assert not banner.kept.isVisible()
    window.session.notifier.refused.emit(Failed("The data are gone.", "Nothing was changed."))
    assert banner.kept.text() == "Nothing was changed. Press Start to try again."
    assert not banner.settings_button.isVisible()
    window.session.notifier.refused.emit(
        Failed("/runs cannot be written. Choose another folder for runs.", place="runs")
    )
    assert not banner.kept.isVisible()
    banner.settings_button.click()
    assert window.dialogs["settings"].isVisible()
    window.dialogs["settings"].close()


def test_an_error_of_the_run_says_where_it_goes_on(open_window, qtbot, tmp_path):
    window = open_window()
    model = window.model
    model.attach(RunFolder.create(tmp_path / "run", TINY, RunInfo.now(TINY)))
    model.handle(Failed("It broke."))
    assert window.error_banner.kept.text() == "New run sets up another one with these settings."
    (tmp_path / "run" / "checkpoints" / "00000040.safetensors").touch()
    model.refresh_rewind_points()
    model.handle(Failed("It broke.", "Step 40 is kept."))
    word = window.actions_["startPause"].text()
    assert window.error_banner.kept.text() == f"Step 40 is kept. Press {word} to resume from step 40."


def test_after_an_error_start_works_and_the_banner_goes(open_window, qtbot, monkeypatch):
    from ganstudio.training.trainer import Trainer

    def fail(self: object) -> None:
        raise RuntimeError("injected")

    window = open_window()
    monkeypatch.setattr(Trainer, "round", fail)
    window.actions_["startPause"].trigger()
    qtbot.waitUntil(lambda: window.error_banner.isVisible(), timeout=WAIT)
    assert not window.actions_["startPause"].isChecked()
    monkeypatch.undo()
    qtbot.waitUntil(lambda: window.session.threads.training is None, timeout=WAIT)
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    assert not window.error_banner.isVisible()


def test_a_warning_of_the_run_is_told(open_window, qtbot):
    window = open_window()
    window.model.handle(Marked(3, "warning", "An old one."))
    assert not window.notice_bar.isVisible()
    window.model.set_status("training")
    window.model.handle(Marked(4, "warning", "The disk is full. Training continues."))
    assert window.notice_bar.sentence.text() == "The disk is full. Training continues."
    window.model.set_status("idle")


def test_a_history_that_cannot_be_read_whole_says_so(open_window, qtbot, tmp_path):
    run = RunFolder.create(tmp_path / "run", TINY, RunInfo.now(TINY))
    run.append(tick(1))
    with (run.path / "history.jsonl").open("a") as file:
        file.write("garbage\n")
    run.append(tick(2))
    window = open_window(run=run.path)
    reach(window, qtbot, "finished", ticks=2)
    assert "1 line of" in window.notice_bar.sentence.text()
