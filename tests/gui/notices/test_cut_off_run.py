"""A run that was cut off: offered once, at the next start."""

import datetime
from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import Stepped
from ganstudio.gui.notices.cut_off_run import CutOffRun, describe_time
from ganstudio.gui.runs import run_delegate
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.runs import runner
from ganstudio.runs.cut_off import CutOff
from ganstudio.runs.folder import RunFolder
from support.runs import TINY, cut_off, tick, until
from support.session import HeardSession, last_notice
from support.window import WAIT, reach


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A run whose program was killed while it trained."""
    path = tmp_path / "runs-home" / "2026-01-01_120000_my digits"
    events = runner.start(cfg.from_dict(TINY), catalog.load("digits", size=28, channels=1), path).events()
    until(events, Stepped, 3)
    events.close()
    cut_off(path)
    RunFolder.open(path).append(tick(5))
    return path


def test_the_next_start_offers_to_go_on(killed: Path, open_window, qtbot) -> None:
    window = open_window()
    window.open_at_start(None)
    cards = window.notice_bar.cards
    qtbot.waitUntil(lambda: any(card.notice.topic == "cut off" for card in cards), timeout=WAIT)
    notice = cards[-1].notice
    assert notice.text.startswith("my digits was cut off at step 5, ")
    assert "today at" in notice.text or "yesterday at" in notice.text
    assert "Resumes from step 3, the last checkpoint; the 2 steps after it are repeated." in notice.text
    assert [label for label, _ in notice.choices] == ["Continue", "Not now"]
    cards[-1].chosen.emit(0)
    reach(window, qtbot, "finished")
    assert window.model.folder.path == killed
    assert window.model.marks[-1].kind == "resume"


def test_it_is_offered_once(killed: Path, qapp, qtbot) -> None:
    said: list[str] = []
    for _ in range(2):
        session = HeardSession()
        CutOffRun(session, WindowSettings()).look()
        qtbot.waitUntil(lambda session=session: not session.threads._running, timeout=WAIT)
        said += [notice.topic for notice in session.notices if notice]
        assert session.shut_down()
    assert said == ["cut off"]


def test_a_step_of_any_size_is_offered(tmp_path: Path, qapp, qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    run = CutOff(tmp_path, "a long run", 3_000_000_010, 0.0, "")
    monkeypatch.setattr("ganstudio.runs.cut_off.find", lambda *_: [run])
    monkeypatch.setattr(CutOff, "resumes_from", lambda _: 3_000_000_000)
    session = HeardSession()
    CutOffRun(session, WindowSettings()).look()
    qtbot.waitUntil(lambda: not session.threads._running, timeout=WAIT)
    assert "Resumes from step 3,000,000,000," in last_notice(session).text
    assert session.shut_down()


def test_a_time_is_told_as_people_do() -> None:
    def seconds(*parts: int) -> float:
        return datetime.datetime(*parts).timestamp()

    now = seconds(2026, 3, 1, 0, 5)
    assert describe_time(seconds(2026, 3, 1, 0, 1), now) == "today at 0:01"
    assert describe_time(seconds(2026, 2, 28, 23, 59), now) == "yesterday at 23:59"
    assert describe_time(seconds(2026, 1, 3, 12, 0), now) == "on 3 Jan at 12:00"
    assert describe_time(seconds(2025, 5, 3, 9, 30), now) == "on 3 May 2025 at 9:30"
    assert describe_time(1e300, now) == "at an unknown time"


def test_months_are_english_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    class French(datetime.datetime):
        """Says months as Python does after `setlocale`; not every computer has a French locale."""

        def __format__(self, form: str) -> str:
            return super().__format__(form.replace("%b", "f\N{LATIN SMALL LETTER E WITH ACUTE}vr."))

    monkeypatch.setattr("ganstudio.gui.notices.cut_off_run.datetime", French)
    monkeypatch.setattr("ganstudio.gui.runs.run_delegate.datetime", French)
    then = French(2025, 2, 3, 9, 5)
    assert describe_time(then.timestamp()) == "on 3 Feb 2025 at 9:05"
    assert run_delegate._date(then.isoformat()) == "3 Feb, 09:05"
