"""The set-up panel: which settings show, how groups fold, what folded ones say."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QComboBox, QWidget

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.gui.model.preset_settings import is_changed
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.setup import sections
from ganstudio.gui.setup.form import NOTHING_ON, SECTIONS, form_settings, has_labels, is_relevant, summarize
from ganstudio.gui.setup.panel import SetupPanel
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.objectives import OBJECTIVES
from ganstudio.presets import load, names
from ganstudio.runs.folder import RunFolder, RunInfo
from support.window import TINY

IN_WINDOW = (271, 452)  # px: the panel in a window of 1366x768
HIDDEN_AT_FIRST = {
    "network.batch_norm",  # a fully connected D has none
    "network.classes",
    "penalty.every",
    "stabilise.noise_images",
    "schedule.d_epochs",
    "schedule.g_epochs",
    "engine.graphs",  # on the CPU
}


def with_values(config: cfg.RunConfig, **values: object) -> cfg.RunConfig:
    for path, value in values.items():
        config = cfg.change(config, path.replace("__", "."), value)
    return config


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(TINY)


@pytest.fixture
def panel(dressed, qtbot, model: RunModel) -> SetupPanel:
    """Edits come back as a session would give them."""
    panel = SetupPanel(model)
    panel.edited.connect(lambda path, value: model.set_config(cfg.change(model.config, path, value)))
    qtbot.addWidget(panel)
    panel.resize(*IN_WINDOW)
    panel.show()
    qtbot.wait(10)
    return panel


@pytest.mark.parametrize("width", [IN_WINDOW[0], 230])
def test_time_and_download_of_a_preset_are_read_whole(
    qtbot, panel: SetupPanel, model: RunModel, tmp_path, monkeypatch, width: int
) -> None:
    """In fewer words where there is less room."""
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path))  # nothing is downloaded yet
    panel.resize(width, IN_WINDOW[1])
    label = panel.findChild(FittingLabel, "presetLabel")
    for name in names():
        model.begin(load(name).config)
        qtbot.wait(1)
        words = label.text()
        assert words in label.wordings(), name  # not cut
        assert label.contentsRect().width() >= label.fontMetrics().horizontalAdvance(words)
        assert model.config.data.name != "fashion-mnist" or ("9 min" in words and "31 MB to download" in words)


def open_section(qtbot, panel: SetupPanel, title: str) -> None:
    if panel.sections.opened != title:
        qtbot.mouseClick(panel.sections.button(title), Qt.MouseButton.LeftButton)
    qtbot.wait(10)
    assert panel.sections.opened == title


def said(panel: SetupPanel, title: str) -> str:
    return panel.sections.summary(title)


def type_in(qtbot, panel: SetupPanel, path: str, text: str) -> None:
    editor = panel.field(path).editor
    assert editor.isVisible()
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def tick(qtbot, panel: SetupPanel, path: str) -> None:
    box = panel.field(path).editor
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def pick(panel: SetupPanel, path: str, value: object) -> None:
    editor = panel.field(path).editor
    assert isinstance(editor, QComboBox)
    editor.setCurrentIndex(editor.findData(value))
    editor.activated.emit(editor.currentIndex())


# What shows


def test_settings_that_say_nothing_are_hidden_and_no_other(panel: SetupPanel) -> None:
    hidden = {setting.path for setting in form_settings() if panel.field(setting.path).isHidden()}
    assert hidden == {setting.path for setting in form_settings() if not is_relevant(setting, TINY)}
    assert hidden >= HIDDEN_AT_FIRST
    assert not hidden & {"network.name", "objective.loss", "penalty.r1", "schedule.d_steps", "optimizer.d_lr"}


def test_sections_are_filled_anew_only_when_settings_change(
    panel: SetupPanel, model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled: list[cfg.RunConfig] = []
    monkeypatch.setattr(sections, "summarize", lambda which, config: filled.append(config) or summarize(which, config))
    for status in ("starting", "training", "paused", "finished"):
        model.set_status(status)
    assert not filled
    model.set_config(cfg.change(TINY, "penalty.r1", 10.0))
    assert "10" in said(panel, "penalties")
    assert filled == [model.config] * len(SECTIONS)


def test_what_a_data_set_imported_anew_lacks_is_hidden(panel: SetupPanel, model: RunModel, monkeypatch) -> None:
    assert not panel.field("network.conditional").isHidden()
    unlabelled = replace(catalog.find(TINY.data.name), labels=())
    monkeypatch.setattr(catalog, "look_up", lambda *_: unlabelled)
    panel.refresh()
    assert panel.field("network.conditional").isHidden()


@pytest.mark.parametrize("path", ["penalty.r1", "penalty.r2", "penalty.gradient", "penalty.dragan"])
def test_the_interval_shows_with_any_penalty(qtbot, panel: SetupPanel, path: str) -> None:
    open_section(qtbot, panel, "penalties")
    type_in(qtbot, panel, path, "10")
    assert panel.field("penalty.every").isVisible()
    type_in(qtbot, panel, path, "0")
    assert not panel.field("penalty.every").isVisible()


def test_weight_clipping_is_no_penalty_with_an_interval(qtbot, panel: SetupPanel) -> None:
    open_section(qtbot, panel, "penalties")
    type_in(qtbot, panel, "penalty.clip", "0.01")
    assert panel.field("penalty.every").isHidden()


def test_how_long_noise_lasts_shows_with_noise(qtbot, panel: SetupPanel) -> None:
    open_section(qtbot, panel, "stabilisers")
    type_in(qtbot, panel, "stabilise.noise", "0.1")
    assert panel.field("stabilise.noise_images").isVisible()


@pytest.mark.parametrize("loss", cfg.SETTINGS["objective.loss"].choices)
def test_label_smoothing_shows_for_losses_that_use_it(qtbot, panel: SetupPanel, loss: str) -> None:
    open_section(qtbot, panel, "objective")
    pick(panel, "objective.loss", loss)
    assert panel.field("objective.label_smoothing").isVisible() == OBJECTIVES[loss].smoothed


def test_classes_show_where_there_are_any(qtbot, panel: SetupPanel, model: RunModel, monkeypatch) -> None:
    open_section(qtbot, panel, "networks")
    tick(qtbot, panel, "network.conditional")
    assert model.config.network.conditional
    assert panel.field("network.classes").isVisible()
    tick(qtbot, panel, "network.conditional")
    bare = replace(catalog.DATASETS["digits"], labels=())
    monkeypatch.setitem(catalog.DATASETS, "digits", bare)
    model.configChanged.emit()
    assert not panel.field("network.conditional").isVisible()
    assert not has_labels("digits")
    assert has_labels("of another package")


@pytest.mark.parametrize(("device", "shown"), [("auto", True), ("cuda:1", True), ("cpu", False), ("mps", False)])
def test_cuda_graphs_are_for_cuda(device: str, shown: bool) -> None:
    assert is_relevant(cfg.find("engine.graphs"), with_values(TINY, engine__device=device)) == shown


@pytest.mark.parametrize(
    ("name", "spectral", "shown"), [("dcgan", False, True), ("dcgan", True, False), ("mlp", False, False)]
)
def test_batch_norm_can_be_left_out_where_there_is_any(name: str, spectral: bool, shown: bool) -> None:
    config = with_values(TINY, network__name=name, network__spectral_norm=spectral)
    assert is_relevant(cfg.find("network.batch_norm"), config) == shown


# What folded groups say


def test_folded_groups_say_only_what_is_on(panel: SetupPanel, model: RunModel) -> None:
    assert said(panel, "penalties") == said(panel, "stabilisers") == NOTHING_ON
    assert said(panel, "objective") == "non-saturating"
    model.set_config(with_values(TINY, penalty__r1=1, penalty__r2=1, penalty__every=4, network__spectral_norm=True))
    assert said(panel, "penalties") == "R1 1 · R2 1 · every 4 · spectral norm"
    model.set_config(with_values(TINY, stabilise__colour=True, stabilise__noise=0.1, stabilise__clip_gradient=5))
    assert said(panel, "stabilisers") == "colour · noise 0.1"
    assert said(panel, "objective") == "non-saturating · gradient to 5"
    model.set_config(with_values(TINY, penalty__clip=0.01, penalty__every=4, objective__label_smoothing=0.1))
    assert said(panel, "penalties") == "clip 0.01"
    assert said(panel, "objective") == "non-saturating · smoothing 0.1"
    model.set_config(with_values(TINY, network__conditional=True, network__packing=2, data__channels=3))
    assert said(panel, "networks") == "mlp · 4 · 4 · classes · 28 px · colour"
    assert "packs of 2" in said(panel, "objective")
    model.set_config(with_values(TINY, network__name="dcgan"))
    assert said(panel, "networks") == "dcgan · 4 · 4 · 28 px"
    model.set_config(with_values(TINY, seed=3, optimizer__decay="cosine", optimizer__accumulate=4))
    assert said(panel, "schedule").endswith("seed 3")
    assert "cosine" in said(panel, "optimiser")
    assert "4 batches each" in said(panel, "optimiser")


def test_the_tooltip_of_a_folded_group_names_all_that_shows(panel: SetupPanel) -> None:
    tip = panel.sections.button("penalties").toolTip()
    assert "gradient penalty: 0" in tip
    assert "spectral norm: no" in tip
    assert "penalty every" not in tip


# Room


ALL_ON = {"network__conditional": True, "network__name": "dcgan", "penalty__r1": 1, "stabilise__noise": 0.1}


@pytest.mark.parametrize("size", [IN_WINDOW, (271, 404)], ids=["1366x768", "1920x1080 at 1.5"])
@pytest.mark.parametrize("run", ["none", "open"])
def test_every_section_is_seen_whole_without_a_scroll_bar(
    qtbot, panel: SetupPanel, model: RunModel, tmp_path, size: tuple[int, int], run: str
) -> None:
    config = with_values(TINY, **ALL_ON)
    model.set_config(config)
    if run == "open":
        model.begin(config, RunFolder.create(tmp_path / "run", config, RunInfo.now(config)))
        model.set_status("finished")
    panel.resize(*size)
    for title in SECTIONS:
        open_section(qtbot, panel, title)
        rows = sum(not panel.field(each.path).isHidden() for each in form_settings() if each.section == title)
        assert rows >= 3, title
        bar = panel.sections.area.verticalScrollBar().maximum()
        assert bar == 0 or (size[1] < 450 and rows > 8), (title, bar)  # nine rows are more than that screen has
        assert panel.sections.area.widget().width() <= panel.sections.area.viewport().width()
    assert panel.size() == QSize(*size)


def test_opening_a_section_moves_nothing_else(qtbot, panel: SetupPanel, model: RunModel) -> None:
    def places() -> dict[str, QPoint]:
        named = (panel.sections.button(title) for title in SECTIONS)
        tops = (panel.findChild(QWidget, name) for name in ("presetCombo", "datasetCombo", "lengthUnitCombo"))
        return {each.objectName(): each.mapTo(panel, QPoint(0, 0)) for each in (*named, *tops)}

    open_section(qtbot, panel, "schedule")
    before = places()
    for title in SECTIONS:
        open_section(qtbot, panel, title)
        model.set_config(with_values(model.config, optimizer__d_lr=model.config.optimizer.d_lr * 2))
        qtbot.wait(5)
        assert places() == before, title


def test_where_there_is_room_each_title_says_what_its_section_holds(qtbot, panel: SetupPanel) -> None:
    label = panel.sections._summaries["engine"]
    assert not label.isVisible()
    panel.resize(300, 800)
    qtbot.waitUntil(label.isVisible)
    assert label.mapTo(panel, QPoint(0, 0)).y() == pytest.approx(
        panel.sections.button("engine").mapTo(panel, QPoint(0, 0)).y(), abs=6
    )


def test_an_open_section_stays_open_whatever_happens(qtbot, panel: SetupPanel, model: RunModel) -> None:
    open_section(qtbot, panel, "engine")
    model.set_status("starting")
    panel.resize(271, 380)
    model.set_status("idle")
    panel.resize(271, 800)
    qtbot.wait(10)
    assert panel.sections.opened == "engine"
    assert panel.field("engine.threads").isVisible()


# What a preset is


def test_classes_that_a_run_filled_in_are_no_edit() -> None:
    preset = load("mnist-quick").config
    assert not is_changed(preset)
    assert not is_changed(with_values(preset, network__classes=10))
    assert is_changed(with_values(preset, penalty__r1=preset.penalty.r1 + 1))


def test_a_box_that_was_locked_tells_of_its_choice_again(panel: SetupPanel, model: RunModel) -> None:
    combo = panel.findChild(QComboBox, "presetCombo")
    before = combo.toolTip()
    assert "small residual pair" in before
    model.set_status("following")
    assert "only follows it" in combo.toolTip()
    model.set_status("idle")
    assert combo.toolTip() == before


# Locks


def test_how_a_run_executes_may_change_before_it_goes_on(panel: SetupPanel, model: RunModel, tmp_path) -> None:
    model.begin(TINY, RunFolder.create(tmp_path / "run", TINY, RunInfo.now(TINY)))
    model.set_status("idle")
    assert panel.field("engine.threads").editor.isEnabled()
    assert not panel.field("network.width").editor.isEnabled()
    model.set_status("training")
    assert not panel.field("engine.threads").editor.isEnabled()
    assert "Stop the run" in panel.field("engine.threads").editor.toolTip()


def test_what_several_processes_train_is_not_changed_meanwhile(panel: SetupPanel, model: RunModel) -> None:
    model.set_config(with_values(TINY, engine__processes=2))
    assert panel.field("optimizer.d_lr").editor.isEnabled()
    model.set_status("training")
    assert not panel.field("optimizer.d_lr").editor.isEnabled()
    assert "Several processes" in panel.field("optimizer.d_lr").editor.toolTip()
