"""A run that is done says how good it became and what to do next; pictures can be measured at any time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import Finished, Marked, Measured
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.notices.run_done import RunDone, describe_quality, extension, sentence
from ganstudio.runs import runner
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.summary import RunSummary
from support import points
from support.panels import SMALL, play, tick
from support.session import HeardSession, choose, last_notice
from support.window import TINY, WAIT

COUNTED = replace(TINY, measure=cfg.MeasureConfig(every=0, count=100))


@pytest.fixture
def session(qapp) -> Iterator[HeardSession]:
    made = HeardSession(COUNTED)
    made.run_done = RunDone(made)
    yield made
    assert made.shut_down()
    qapp.processEvents()


def said(session: HeardSession) -> list[Notice]:
    return [notice for notice in session.notices if notice is not None]


def measured(step: int, **values: object) -> Measured:
    usual: dict[str, object] = {"sure": 0.96, "fcd_real": 3.7}
    return Measured(step, step / 10, 1.0, "digit-classifier", 2000, 36.2, 0.8, 0.5, 0.9, 0.7, **usual | values)


def done(model: RunModel, folder: Path, config: cfg.RunConfig = SMALL, reason: str = "done") -> None:
    """A run that is trained here comes to its end."""
    model.begin(config, RunFolder.create(folder, config, RunInfo.now(config)))
    model.set_status("starting")
    model.set_status("training")
    play(model, folder, 10, 100)
    model.handle(measured(100))
    model.handle(Finished(100, reason))


def test_it_says_unasked_how_good_it_became_and_what_to_do(session, tmp_path: Path) -> None:
    other = RunSummary(tmp_path / "other", "other", "", "", 50, 5.0, None, "finished", "the first one", data="digits")
    session.run_done.other_runs = lambda: [replace(other, data="mnist"), other]
    done(session.model, tmp_path / "run")
    (notice,) = said(session)
    assert notice.text == (
        "Done after 10 epochs, 25 s. 96\N{NARROW NO-BREAK SPACE}% of its digits are recognisable; their distance from "
        "real ones (FCD) is 36, where real ones have 3.70."
    )
    assert [label for label, _ in notice.choices] == [
        "Train 10 more epochs",
        "Morph what it learned",
        "Export the film…",
        "Compare with the first one",
    ]
    asked: list[object] = []
    session.run_done.morphRequested.connect(lambda: asked.append("morph"))
    session.run_done.filmRequested.connect(lambda: asked.append("film"))
    session.run_done.compareRequested.connect(asked.append)
    for _, action in notice.choices[1:]:
        action()
    assert asked == ["morph", "film", [tmp_path / "run", tmp_path / "other"]]


@pytest.mark.parametrize("reason", ["stopped", "interrupted"])
def test_a_run_that_a_person_stopped_says_nothing(session, tmp_path: Path, reason: str) -> None:
    done(session.model, tmp_path / "run", reason=reason)
    assert not said(session)


def test_a_finished_run_that_is_opened_says_nothing(session, tmp_path: Path) -> None:
    session.model.begin(SMALL, RunFolder.create(tmp_path / "run", SMALL, RunInfo.now(SMALL)))
    session.model.handle_all([tick(10), Finished(10, "done")])
    assert session.model.status == "finished"
    assert not said(session)


def test_words_for_what_was_measured(session, tmp_path: Path) -> None:
    cifar = cfg.change(SMALL, "data.name", "cifar10")
    words = describe_quality(measured(10, sure=None, fcd_real=None), cifar)
    assert words == "80\N{NARROW NO-BREAK SPACE}% of its pictures look real; their distance from real ones (FCD) is 36."
    noise = replace(measured(10), precision=0.0, sure=1.0, fcd=1987.0)
    assert describe_quality(noise, SMALL).startswith("Only 0\N{NARROW NO-BREAK SPACE}% of its digits look real")
    blobs = replace(measured(10), classes=(0.1, 0.0, 0.0, 0.9))
    assert describe_quality(blobs, SMALL).startswith(
        "90\N{NARROW NO-BREAK SPACE}% of its digits are taken for one class (3)"
    )
    model = session.model
    done(model, tmp_path / "run", replace(SMALL, seconds=120.0))
    assert sentence(model).startswith("Done after 2 min. 96")
    model.measures = [measured(20)]  # long ago
    assert sentence(model) == "Done after 2 min."


@pytest.mark.parametrize(
    ("config", "more"),
    [
        (SMALL, ("epochs", 10)),
        (replace(SMALL, steps=400), ("steps", 400)),
        (replace(SMALL, seconds=60.0), ("seconds", 60.0)),
        (replace(SMALL, epochs=0), ("epochs", 1)),
    ],
)
def test_more_is_as_long_again(config: cfg.RunConfig, more: tuple[str, float]) -> None:
    assert extension(config) == more


def test_a_run_is_trained_to_its_end_and_further(session, qtbot) -> None:
    model = session.model
    session.settings.change("steps", 30)
    session.training.start()
    qtbot.waitUntil(lambda: bool(said(session)), timeout=WAIT)
    assert said(session)[-1].text.startswith("Done after 30 steps")
    assert "distance" not in said(session)[-1].text
    qtbot.waitUntil(lambda: model.can_be_measured and not session.threads.training, timeout=WAIT)
    dict(said(session)[-1].choices)["Measure how good it is"]()
    qtbot.waitUntil(lambda: "distance" in said(session)[-1].text, timeout=WAIT)
    assert "Measure how good it is" not in dict(said(session)[-1].choices)
    dict(said(session)[-1].choices)["Train 30 more steps"]()
    qtbot.waitUntil(lambda: model.finished is not None and model.finished.step == 60, timeout=WAIT)
    assert model.config.steps == 60


# Measure now


def test_what_is_trained_is_measured_now_and_what_is_paused(session, qtbot) -> None:
    model = session.model
    session.measurer.measure()  # no run: nothing
    assert not model.is_measuring
    session.training.start()
    qtbot.waitUntil(lambda: model.status == "training" and len(model.history) > 0, timeout=WAIT)
    for _ in range(2):
        with qtbot.waitSignal(model.measured, timeout=WAIT):
            session.measurer.measure()
            assert model.is_measuring
        assert not model.is_measuring
        session.control.pause()
        qtbot.waitUntil(lambda: model.status == "paused", timeout=WAIT)
    assert model.measures[-1].step >= model.step  # what the newest tick says
    assert model.measures[-1].count == 100
    assert model.measures[-1].fcd_real is not None


@pytest.fixture
def finished_run(tmp_path: Path) -> Path:
    config = replace(COUNTED, steps=30)
    for _ in runner.start(config, catalog.load("digits", size=28, channels=1), tmp_path / "done").events():
        pass
    return tmp_path / "done"


def test_a_finished_run_is_measured_and_stays_finished(session, qtbot, finished_run: Path) -> None:
    model = session.model
    session.open_run(finished_run)
    qtbot.waitUntil(lambda: model.status == "finished", timeout=WAIT)
    assert model.can_be_measured
    session.measurer.measure()
    assert model.is_measuring
    qtbot.waitUntil(lambda: not model.is_measuring, timeout=WAIT)
    assert [each.step for each in model.measures] == [30]
    folder = RunFolder.open(finished_run)
    assert folder.measures()[-1].fcd == pytest.approx(model.measures[-1].fcd, rel=1e-5)
    assert folder.history().end == Finished(30, "done")
    assert folder.status() == "finished"


def test_start_while_a_finished_run_is_measured_calls_that_off(session, qtbot, finished_run: Path) -> None:
    model = session.model
    session.open_run(finished_run)
    qtbot.waitUntil(lambda: model.status == "finished", timeout=WAIT)
    session.settings.change("steps", 45)
    session.measurer.measure()
    session.training.start()
    qtbot.waitUntil(lambda: model.finished is not None and model.finished.step == 45, timeout=WAIT)
    assert not model.is_measuring


def test_that_it_cannot_be_measured_is_said(session, qtbot, finished_run: Path) -> None:
    for checkpoint in (finished_run / "checkpoints").iterdir():
        checkpoint.write_bytes(b"broken")
    session.open_run(finished_run)
    qtbot.waitUntil(lambda: session.model.status == "finished", timeout=WAIT)
    with qtbot.waitSignal(session.model.failed, timeout=WAIT) as told:
        session.measurer.measure()
    assert "has no checkpoint to measure" in told.args[0].message or "checkpoint" in told.args[0].message
    qtbot.waitUntil(lambda: not session.model.is_measuring, timeout=WAIT)
    assert session.model.status == "finished"


def test_a_warning_of_the_run_ends_the_waiting(session) -> None:
    session.model.set_measuring(True)
    session.model.handle(Marked(3, "warning", "The pictures cannot be measured: why. Training continues."))
    assert not session.model.is_measuring


def test_a_finished_run_is_shown_and_offers_more(session, finished_run, reach):
    session.open_run(finished_run)
    reach("finished", ticks=1)
    assert session.model.step == 30
    assert session.model.snapshots
    assert session.model.samples
    session.training.start()
    assert "Done after 30 steps" in last_notice(session).text
    assert [label for label, _ in last_notice(session).choices][-1] == "New run"
    choose(session, "Train 30 more steps")
    reach("finished", ticks=2)
    assert session.model.finished.step == 60
    assert session.model.config.steps == 60


def test_a_run_of_points_is_done_in_few_words_and_buttons_the_card_lies_over_the_plane(session, tmp_path: Path) -> None:
    config = cfg.change(points.settings("lab-ring-8"), "steps", 100)
    session.model.begin(config, RunFolder.create(tmp_path / "run", config, RunInfo.now(config)))
    session.model.set_status("starting")
    session.model.set_status("training")
    play(session.model, tmp_path / "run", 10, 100)
    of_points = {"js": 0.362, "js_floor": 0.003, "modes": 8, "of_modes": 8, "hq": 0.22}
    session.model.handle(measured(100, **of_points))
    session.model.handle(Finished(100, "done"))
    notice = said(session)[-1]
    assert notice.text.startswith("Done after 100 steps, 25 s. 8 of 8 modes, 22")
    assert notice.text.endswith("on them; JS 0.362 (real points 0.003).")
    assert len(notice.text) < 90
    assert [label for label, _ in notice.choices] == ["Train 100 more steps", "Export the film\N{HORIZONTAL ELLIPSIS}"]
