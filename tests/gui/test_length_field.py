"""How long a run trains: one field in place of three."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment
from window_kit import TINY, WAIT

from ganstudio.config import RunConfig
from ganstudio.gui.setup.length_field import Known, LengthField, as_long

BASE = RunConfig(epochs=5)


@pytest.fixture
def field(dressed, qtbot) -> LengthField:
    """What it tells is taken, as a window takes it."""
    made = LengthField()
    made.told = []

    def take(changes: dict[str, float]) -> None:
        made.told.append(changes)
        made.show_length(replace(made._config, **changes), made._known)

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
    field.show_length(BASE, Known(per_epoch=1000, seconds_per_step=0.05))
    choose(field, "steps")
    assert shown(field) == "5,000 steps"
    choose(field, "minutes")
    assert shown(field) == "4 minutes"
    choose(field, "epochs")
    assert shown(field) == "5 epochs"
    choose(field, "until stopped")
    assert shown(field) == "until stopped"
    assert field.told[0] == {"steps": 5000}  # one setting: one mark


def test_another_unit_never_ends_a_run_that_goes() -> None:
    far = Known(per_epoch=100, seconds_per_step=0.1, step=4000)
    assert as_long(BASE, far, "steps") > 4000
    assert as_long(BASE, far, "seconds") > 400
    assert as_long(BASE, far, "epochs") > 40


def test_in_the_window_it_changes_a_run_that_goes_with_one_mark(open_window, qtbot) -> None:
    window = open_window()
    window.session.start()
    model = window.model
    qtbot.waitUntil(lambda: model.status == "training" and len(model.history) > 0, timeout=WAIT)
    choose(window.setup.findChild(LengthField), "until stopped")
    qtbot.waitUntil(lambda: model.config.epochs == 0, timeout=WAIT)
    assert [mark.path for mark in model.marks if mark.kind == "change"] == ["epochs"]
    window.statusBar().refresh()  # as it does each second
    assert not window.statusBar().progress.isVisible()
    assert "/" not in window.statusBar().epoch.text()
    step = model.step
    qtbot.waitUntil(lambda: model.step > step, timeout=WAIT)  # it goes on
    assert model.status == "training"
    assert TINY.epochs != 0
