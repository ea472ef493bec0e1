"""How long a run trains: one field instead of three."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment

from ganstudio.config import RunConfig
from ganstudio.gui.setup.length_field import LengthField, RunPace, convert_length
from support.window import TINY, WAIT

BASE = RunConfig(epochs=5)


@pytest.fixture
def field(dressed, qtbot) -> LengthField:
    """What it tells is taken, as a window takes it."""
    made = LengthField()
    made.told = []

    def take(changes: dict[str, float]) -> None:
        made.told.append(changes)
        made.show_length(replace(made._config, **changes), made._pace)

    made.edited.connect(take)
    qtbot.addWidget(made)
    made.resize(190, 24)
    made.show()
    return made


def choose(field: LengthField, words: str) -> None:
    row = field.unit.findText(words)
    field.unit.setCurrentIndex(row)
    field.unit.activated.emit(row)


def shown(field: LengthField) -> str:
    number = field.number.cleanText() if field.number.isVisible() else ""
    return f"{number} {field.unit.currentText()}".strip()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (BASE, "5 epochs"),
        (replace(BASE, steps=12_000), "12,000 steps"),
        (replace(BASE, seconds=90.0), "1.5 minutes"),
        (replace(BASE, seconds=50.0), "50 seconds"),
        (replace(BASE, seconds=100.0), "100 seconds"),
        (replace(BASE, seconds=0.5), "0.5 seconds"),
        (replace(BASE, seconds=7200.0), "120 minutes"),
        (replace(BASE, steps=12_000, seconds=60.0), "12,000 steps"),
        (replace(BASE, epochs=0), "until stopped"),
    ],
)
def test_it_shows_the_setting_that_ends_the_run(field: LengthField, config: RunConfig, words: str) -> None:
    field.show_length(config)
    assert shown(field) == words
    assert field.told == []


def test_what_is_set_besides_is_told(field: LengthField) -> None:
    def tip() -> str:
        return QTextDocumentFragment.fromHtml(field.unit.toolTip()).toPlainText()

    field.show_length(replace(BASE, seconds=600.0))
    assert "5 epochs that are also set have no effect" in tip()
    field.show_length(replace(BASE, steps=300, seconds=600.0))
    assert "300 steps or 10 min, whichever comes first" in tip()


def test_a_number_is_typed_and_told_once(field: LengthField, qtbot) -> None:
    field.show_length(replace(BASE, seconds=60.0))
    field.number.setFocus()
    field.number.selectAll()
    qtbot.keyClicks(field.number, "2.5")
    qtbot.keyClick(field.number, Qt.Key.Key_Return)
    assert field.told == [{"seconds": 150.0}]


def test_another_unit_keeps_about_the_same_length(field: LengthField) -> None:
    field.show_length(BASE, RunPace(per_epoch=1000, seconds_per_step=0.05))
    choose(field, "steps")
    assert shown(field) == "5,000 steps"
    choose(field, "minutes")
    assert shown(field) == "4 minutes"
    choose(field, "epochs")
    assert shown(field) == "5 epochs"
    choose(field, "until stopped")
    assert shown(field) == "until stopped"
    assert field.told[0] == {"steps": 5000}  # one setting: one mark


@pytest.mark.parametrize("seconds", [50.0, 49.8, 90.0, 100.0, 0.5, 1234.56789012])
def test_a_time_that_is_only_looked_at_stays_what_it_is(field: LengthField, qtbot, seconds: float) -> None:
    field.show_length(replace(BASE, seconds=seconds))
    field.number.setFocus()
    qtbot.keyClick(field.number, Qt.Key.Key_Return)
    choose(field, "seconds")
    qtbot.keyClick(field.number, Qt.Key.Key_Return)
    field.unit.setFocus()  # Qt reads the number back as it leaves
    assert field.told == []
    assert field._config.seconds == seconds


def test_a_time_stays_in_the_unit_that_a_person_chose(field: LengthField, qtbot) -> None:
    field.show_length(replace(BASE, seconds=90.0))
    choose(field, "seconds")
    assert shown(field) == "90 seconds"
    qtbot.keyClick(field.number, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field.number, "120")
    qtbot.keyClick(field.number, Qt.Key.Key_Return)
    assert shown(field) == "120 seconds"
    choose(field, "minutes")
    assert shown(field) == "2 minutes"
    assert field.told == [{"seconds": 120.0}]
    field.number.selectAll()
    qtbot.keyClicks(field.number, "0.83")
    qtbot.keyClick(field.number, Qt.Key.Key_Return)
    assert shown(field) == "0.83 minutes"
    assert field.told[1:] == [{"seconds": 49.8}]
    field.show_length(replace(BASE, seconds=60.0))  # another run's
    assert shown(field) == "1 minutes"
    field.show_length(replace(BASE, seconds=50.0))
    choose(field, "minutes")  # no round number of them
    assert shown(field) == "1 minutes"


def test_another_unit_never_ends_a_run_that_goes() -> None:
    far = RunPace(per_epoch=100, seconds_per_step=0.1, step=4000)
    assert convert_length(BASE, far, "steps") > 4000
    assert convert_length(BASE, far, "seconds") > 400
    assert convert_length(BASE, far, "epochs") > 40


def test_in_the_window_it_changes_a_run_that_goes_with_one_mark(open_window, qtbot) -> None:
    window = open_window()
    window.session.training.start()
    model = window.model
    qtbot.waitUntil(lambda: model.status == "training" and len(model.history) > 0, timeout=WAIT)
    choose(window.setup.findChild(LengthField), "until stopped")
    qtbot.waitUntil(lambda: model.config.epochs == 0, timeout=WAIT)
    assert [mark.path for mark in model.marks if mark.kind == "change"] == ["epochs"]
    window.statusBar().refresh()  # as it does each second
    assert not window.statusBar().progress.isVisible()
    assert "/" not in window.statusBar().epoch.text()
    step = model.step
    qtbot.waitUntil(lambda: model.step > step, timeout=WAIT)  # training continues
    assert model.status == "training"
    assert TINY.epochs != 0
