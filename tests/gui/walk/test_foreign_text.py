"""Text of runs, presets, files and errors is shown letter by letter: no HTML, no picture, no second line, bounded."""

import ast
import dataclasses
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel

import ganstudio.gui
from ganstudio import config as cfg
from ganstudio.events import Failed, Marked
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import RichText, as_tip, escaped, lines, rich, wrapped
from ganstudio.runs import labels
from ganstudio.runs.folder import RunFolder
from ganstudio.system import paths
from support.walk import foreign, stage, states
from support.walk.stage import Stage
from support.window import TINY

MAGENTA = QColor(255, 0, 255)
LOOKED_AT = (
    "training",
    "notice: the run has come to its end, with another to compare it with",
    "data sets: a download failed",
    "settings: a file of them that cannot be read",
    "export: three are done",
    "branch",
    "compare: three runs",
    "menu Edit",
    "menu Recent runs",
    "set-up: the list of presets",
    "samples: real",
    "explorer: walk, of a run with classes",
    "explorer: a picture file that cannot be read",
    "runs: a list, filtered in vain, of a user's names",
)


class HostileStage(Stage):
    """All that a run says of itself is hostile."""

    said = ""

    def run(self, name: str = "mnist", config: cfg.RunConfig = TINY) -> RunFolder:
        folder = super().run(f"{name}\n<b>x</b>&x{foreign.TURNED}"[:200], config)
        labels.write(folder.path, labels.Label(title=self.said))
        return folder


@pytest.fixture
def said(tmp_path: Path) -> str:
    picture = QImage(900, 40, QImage.Format.Format_RGB32)
    picture.fill(MAGENTA)
    assert picture.save(str(tmp_path / "picture.png"))
    return foreign.hostile((tmp_path / "picture.png").as_uri())


@pytest.fixture
def hostile(
    dressed: QApplication, tmp_path: Path, said: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HostileStage]:
    for name in ("RUNS", "DATA"):
        monkeypatch.setenv(f"GANSTUDIO_{name}", str(tmp_path / name))
    presets = tmp_path / "presets"
    presets.mkdir()
    (presets / "own.toml").write_text(f"title = {_toml(said)}\nhelp = {_toml(said)}\n", encoding="utf-8")
    monkeypatch.setattr(paths, "presets_home", lambda: presets)
    failed = Failed(said, said, said)
    monkeypatch.setattr(states, "BROKEN", failed)
    monkeypatch.setattr(states, "FAILED_DOWNLOAD", failed)
    before = stage.started
    monkeypatch.setattr(
        stage,
        "started",
        lambda config: dataclasses.replace(before(config), hardware=said, precision=said, measured=said),
    )
    acted = HostileStage(dressed, tmp_path)
    acted.said = said
    acted.window.setWindowState(Qt.WindowState.WindowNoState)
    acted.window.resize(1280, 720)
    acted.window.show()
    acted.window.session.choose_preset("own")
    yield acted
    acted.clear()
    acted.window.close()
    assert acted.window.not_ended == []
    acted.window.deleteLater()
    dressed.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    gc.collect()


def _toml(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\x07", "\\u0007")
    return f'"{plain[:3000]}"'


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_foreign_text_is_shown_letter_by_letter_in_every_window(hostile: HostileStage, said: str) -> None:
    found = []
    chosen = [each for each in states.STATES if each.words in LOOKED_AT]
    assert {each.words for each in chosen} == set(LOOKED_AT)
    for each in chosen:
        for subjects in each.play(hostile):
            windows = list(dict.fromkeys(subject.window() for subject in subjects))
            if each is chosen[0]:
                hostile.window.session.notifier.post(Notice(said, ((said, lambda: None),)))
                hostile.window.session.notifier.failed.emit(Failed(said, said))
                hostile.model.handle(Marked(3, "warning", said))
            hostile.settle()
            for window in windows:
                found += [f"{each.words}: {fault}" for fault in _faults(window)]
        hostile.clear()
    assert not found, "\n".join(dict.fromkeys(found))


def _faults(window) -> list[str]:
    found = foreign.faults_of(window)
    if window.minimumSizeHint().width() > 1000:
        found.append(f"{window.objectName()} cannot be narrower than {window.minimumSizeHint().width()} px")
    image = window.grab().toImage().scaled(window.width() // 16, window.height() // 16)
    if any(image.pixelColor(x, y) == MAGENTA for x in range(image.width()) for y in range(image.height())):
        found.append(f"{window.objectName()} shows the picture")
    return found


# The rule that makes it so


def test_all_labels_are_of_the_kind_that_shows_letters() -> None:
    found = []
    for path in Path(ganstudio.gui.__file__).parent.rglob("*.py"):
        if path.name == "label.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom | ast.Import) and any(each.name == "QLabel" for each in node.names):
                found.append(f"{path}:{node.lineno}")
    assert not found, "Use ganstudio.gui.widgets.label.Label:\n" + "\n".join(found)


TIPS = {"setToolTip": 0, "setTabToolTip": 1, "showText": 1}
MADE_SAFE = {"as_tip", "wrapped", "plot_tip", "toolTip", "describe_setting", "describe_choice", "tip"}


def test_every_tooltip_is_a_literal_or_made_by_the_functions_for_it() -> None:
    found = []
    for path in Path(ganstudio.gui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TIPS):
                continue
            text = node.args[TIPS[node.func.attr]]
            called = text.func if isinstance(text, ast.Call) else None
            name = getattr(called, "id", getattr(called, "attr", ""))
            if not isinstance(text, ast.Constant) and name not in MADE_SAFE:
                found.append(f"{path}:{node.lineno}: {ast.unparse(text)}")
    assert not found, "Pass it through as_tip:\n" + "\n".join(found)


def test_a_label_shows_the_letters_of_html(qtbot) -> None:
    label = Label('<img src="file:///etc/x.png">')
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == '<img src="file:///etc/x.png">'
    label.setText(rich("<b>{}</b>", "<i>"))
    assert (label.textFormat(), label.text()) == (Qt.TextFormat.RichText, "<b>&lt;i&gt;</b>")
    label.setText("<b>x</b>")
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert isinstance(label, QLabel)


def test_rich_text_escapes_all_that_is_not_rich() -> None:
    assert rich("<b>{}</b> {}", '<&>"', RichText("<i>x</i>")) == "<b>&lt;&amp;&gt;&quot;</b> <i>x</i>"
    assert lines(["<a>", "", "b"]) == "&lt;a&gt;<br>b"
    assert "<img" not in wrapped("<img src=x>")
    assert isinstance(escaped("x"), RichText)


def test_a_tooltip_is_drawn_as_html_only_where_it_is_ours() -> None:
    assert as_tip("Saves the run. 1 < 2 & 3 > 2") == "Saves the run. 1 < 2 & 3 > 2"
    assert "&lt;b&gt;x" in as_tip("<b>x</b>")
    assert "&amp;lt;" in as_tip("a &lt; b")
    assert as_tip(wrapped("x")) == wrapped("x")
    longest = as_tip("/a/path" * 1000)
    assert len(longest) < 6000
    assert "\N{ZERO WIDTH SPACE}" in longest
