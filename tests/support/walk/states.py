"""Every state that a user may meet, each brought about once, as that user would: by actions, buttons, and what runs
say.

A state is a generator: it brings itself about, yields the windows or panels that it is about, and takes back what
`Stage.clear` does not. A new dialog, banner, page or mode gets one here; `test_nothing_hidden.py` fails until it has.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMenu, QPushButton, QTabBar, QToolButton, QWidget

from ganstudio import config as cfg
from ganstudio import preferences, presets
from ganstudio.coach import words
from ganstudio.coach.finding import Effect, Figure, Finding, Remedy, RemedyKind, Severity
from ganstudio.config import SETTINGS
from ganstudio.data import catalog
from ganstudio.data.points import drawings
from ganstudio.dirac.settings import GameSettings, Penalty, Steps
from ganstudio.events import ByHand, Failed, Finished, ManualUpdate, RoundRecorded, Saved, Standing
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content
from ganstudio.gui.by_d.window import ByDWindow
from ganstudio.gui.coach.watcher import CoachWatcher
from ganstudio.gui.coach.window import CoachWindow
from ganstudio.gui.compare.window import CompareWindow
from ganstudio.gui.curves.alarm_bar import AlarmBar
from ganstudio.gui.dialogs.about import AboutBox, ShortcutList
from ganstudio.gui.dialogs.dataset_dialog import DatasetDialog
from ganstudio.gui.dialogs.settings_dialog import SettingsDialog
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.gallery.window import GalleryWindow
from ganstudio.gui.help import glossary
from ganstudio.gui.help.help_window import HelpWindow
from ganstudio.gui.imports.dialog import ImportDialog
from ganstudio.gui.inside.window import InsideWindow
from ganstudio.gui.kinds.window import KindsWindow
from ganstudio.gui.lab.drawing_dialog import DrawingDialog
from ganstudio.gui.lab.touch import Tool
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.notices.cut_off_run import describe
from ganstudio.gui.round.window import RoundWindow
from ganstudio.gui.runs.branch_dialog import BranchDialog
from ganstudio.gui.runs.opener import ACCEPTED
from ganstudio.gui.setup.begin_from_dialog import BeginFromDialog
from ganstudio.gui.setup.form import SECTIONS
from ganstudio.gui.smallest_gan.window import SmallestGanWindow
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.outline import Outline
from ganstudio.gui.window.actions import MENUS
from ganstudio.gui.workers.export import Exports
from ganstudio.gui.workers.lab_requests import Plane
from ganstudio.plots.plane import ARROWS, MAPS, Layer
from ganstudio.round_record import RoundRecord
from ganstudio.runs.cut_off import CutOff
from ganstudio.runs.summary import RunSummary
from ganstudio.training.estimates.options import Option
from support import models, rounds
from support.estimates import make_estimate
from support.panels import CONDITIONAL
from support.walk.stage import CLASSES, SPRITES, Stage
from support.window import TINY

POINTS = replace(presets.load("lab-ring-8").config, engine=TINY.engine)

Scene = Iterator[list[QWidget]]


@dataclass(frozen=True)
class State:
    """What a user sees, in words, and how it comes about."""

    words: str
    play: Callable[[Stage], Scene]
    once: bool = False  # in each size: a part of the window that stays where it is, and has no first time of its own


STATES: list[State] = []


_STAYS = ("set-up", "samples", "explorer", "curves", "help: every", "import:")


def state(words: str) -> Callable[[Callable[[Stage], Scene]], Callable[[Stage], Scene]]:
    """Register a state."""

    def register(play: Callable[[Stage], Scene]) -> Callable[[Stage], Scene]:
        STATES.append(State(words, play, words.startswith(_STAYS)))
        return play

    return register


# The run


@state("first start")
def first_start(stage: Stage) -> Scene:
    stage.close_run()
    latent = stage.window.latent
    latent.explorer.wake()
    stage.wait(lambda: latent.explorer.directions.current is not None, "directions of the bundled generator")
    yield [stage.window, latent.preview]
    latent.explorer.sleep()  # pictures take time, and none of what follows depends on them


def _a_status(words: str, status: str, reason: str = "done") -> None:
    @state(words)
    def play(stage: Stage) -> Scene:
        stage.open(status, reason=reason)
        yield [stage.window]


_a_status("a run starts", "starting")
_a_status("training", "training")
_a_status("paused", "paused")
_a_status("saving", "saving")
_a_status("finished", "finished")
_a_status("stopped", "finished", "stopped")
_a_status("interrupted", "finished", "interrupted")
_a_status("followed", "following")
_a_status("ended by an error", "failed")


@state("a step of the past")
def past(stage: Stage) -> Scene:
    stage.open("training")
    stage.model.view(300)
    yield [stage.window]


@state("a step of the past, in a run of a million steps")
def far_past(stage: Stage) -> Scene:
    stage.open("paused", every=250_000)
    stage.model.view(750_000)
    yield [stage.window]


@state("conditional run")
def conditional(stage: Stage) -> Scene:
    stage.open("training", config=CLASSES)
    yield [stage.window]


@state("conditional run, paused, of small length")
def conditional_paused(stage: Stage) -> Scene:
    stage.open("paused", steps=2, config=CONDITIONAL)
    yield [stage.window]


@state("pictures that are not square, with transparency")
def transparent(stage: Stage) -> Scene:
    stage.open("finished", config=SPRITES)
    yield [stage.window]


HUGE = {"d_loss": 3.1947587e10, "g_loss": 2.2067182e10, "d_loss_max": 9e10, "g_loss_max": 9e10, "value": -3.1947587e10}


@state("diverged run: losses of 3.2e10")
def diverged(stage: Stage) -> Scene:
    stage.open("training", steps=40, **HUGE)
    yield [stage.window.curves]


@state("diverged run on a logarithmic scale")
def diverged_log(stage: Stage) -> Scene:
    stage.open("training", steps=40, **HUGE)
    log = stage.child(QToolButton, "logScaleButton")
    log.setChecked(True)
    yield [stage.window.curves]
    log.setChecked(False)


@state("diverged run, after a live edit that can be set back")
def diverged_after_edit(stage: Stage) -> Scene:
    stage.open("training", steps=40, **HUGE)
    stage.mark(3000, "optimizer.d_lr", 0.0002, 1.0)
    yield [stage.window.findChild(AlarmBar), stage.window.curves]


@state("D has won")
def d_has_won(stage: Stage) -> Scene:
    stage.open(
        "training", steps=300, d_acc=0.99, d_acc_real=0.99, d_acc_fake=1.0, d_fake=1.4e-6, d_real=0.99, value=-0.02
    )
    yield [stage.window.findChild(AlarmBar), stage.window.curves]


@state("updates by hand")
def by_hand(stage: Stage) -> Scene:
    stage.open("paused")
    before, after = Standing(1.2, 0.9, 0.53, 0.46, -1.3), Standing(1.1, 0.95, 0.56, 0.41, -1.2)
    for count in range(1, 11):
        stage.model.handle(
            ByHand(600, "hand", "", what=ManualUpdate.G, count=count, began=before, before=before, after=after)
        )
    stage.window.curves.redraw()
    yield [stage.window]


@state("plot of the quality before the first measurement")
def not_measured(stage: Stage) -> Scene:
    stage.open("training")
    button = next(each for each in stage.window.curves.findChildren(QToolButton) if each.text().startswith("qual"))
    button.click()
    stage.model.set_measuring(True)
    stage.window.curves.redraw()
    yield [stage.window.curves]
    stage.model.set_measuring(False)
    stage.window.curves.redraw()
    yield [stage.window.curves]
    button.click()


@state("measured run")
def measured(stage: Stage) -> Scene:
    stage.open("finished", measured=(200, 400, 600))
    yield [stage.window.curves]


@state("run with live edits")
def edited(stage: Stage) -> Scene:
    stage.open("training")
    stage.mark(200, "optimizer.d_lr", 0.0002, 0.2)
    stage.mark(300, "optimizer.g_lr", 0.0002, 1.0)
    stage.window.curves.redraw()
    yield [stage.window]


# Notices and errors


@state("notice: the data are not here")
def no_data(stage: Stage) -> Scene:
    stage.close_run()
    stage.window.session.settings.choose_dataset("fashion-mnist")
    stage.window.actions_["startPause"].trigger()
    yield _choices(stage)


@state("notice: no data, of a large set")
def no_large_data(stage: Stage) -> Scene:
    stage.close_run()
    stage.window.session.settings.choose_dataset("cifar10")
    stage.window.actions_["startPause"].trigger()
    yield _choices(stage)


@state("notice: too little memory")
def too_little_memory(stage: Stage) -> Scene:
    stage.close_run()
    halves = Option(
        {"optimizer.batch_size": 32, "optimizer.accumulate": 2},
        "batches of 32, 2 for an update",
        "as many pictures in an update, but batch norm averages over 32, and fakes are made anew for G, which takes "
        "longer",
    )
    others = [
        Option({"engine.data_limit": 0.0}, "pictures read from a file", "nothing else, with a fast disk"),
        Option({"network.width": 16}, "width 16", "coarser pictures, in less time"),
    ]
    config = stage.model.config
    options = [(option, make_estimate(config, 12.3)) for option in (halves, *others)]
    stage.window.session.forecaster.memoryShort.emit(make_estimate(config, 123.4), options)
    yield _choices(stage)


@state("notice: rewind?")
def rewind(stage: Stage) -> Scene:
    stage.open("paused")
    stage.model.view(300)
    stage.window.actions_["rewind"].trigger()
    yield _choices(stage)


@state("notice: stop the run first?")
def stop_first(stage: Stage) -> Scene:
    stage.open("training")
    stage.window.session.open_run(stage.run("another").path)
    yield _choices(stage)


@state("notice: this run is done")
def train_more(stage: Stage) -> Scene:
    stage.open("finished")
    stage.window.actions_["startPause"].trigger()
    yield _choices(stage)


@state("notice: the run has come to its end, measured")
def ended(stage: Stage) -> Scene:
    stage.open("training", measured=(200, 400, 600))
    stage.model.handle(Finished(600, "done"))
    yield _choices(stage)


@state("notice: the run has come to its end, with another to compare it with")
def ended_beside_another(stage: Stage) -> Scene:
    name = "2026-11-25_204918_mnist-conditional-of-last-week"
    other = RunSummary(stage.home / name, name, "mnist-quick", "", 100, 1.0, None, "finished", data="digits")
    run_done = stage.window.run_done
    before, run_done.other_runs = run_done.other_runs, lambda: [other]
    stage.open("training", config=CLASSES)
    stage.model.handle(Finished(600, "done"))
    yield _choices(stage)
    run_done.other_runs = before


@state("notice: a run was cut off, and others")
def cut_off(stage: Stage) -> Scene:
    stage.open("finished")
    run = CutOff(stage.home, "mnist-conditional-of-last-week", 123_456, 1.7e9, "2026-11-25T20:52:55+00:00")
    stage.window.session.notifier.say(describe(run, 120_000, 3), ("Continue", stage.clear), ("Not now", stage.clear))
    yield _choices(stage)


@state("notice: this setting is kept")
def kept(stage: Stage) -> Scene:
    stage.open("paused")
    stage.window.setup.branchRequested.emit("network.name")
    yield _choices(stage)


@state("notice: each setting that is kept says why")
def longest_kept(stage: Stage) -> Scene:
    stage.open("paused")
    path = max(SETTINGS, key=lambda each: len(SETTINGS[each].why_fixed))
    stage.window.setup.branchRequested.emit(path)
    yield _choices(stage)


@state("notice: download, before the first byte")
def download_begins(stage: Stage) -> Scene:
    stage.window.session.downloads.started.emit("fashion-mnist")
    yield [stage.window.notice_bar.download.progress, *_choices(stage)]
    stage.window.session.downloads.ended.emit("fashion-mnist", "cancelled", None)


@state("notice: download under way")
def download(stage: Stage) -> Scene:
    fetching = stage.window.session.downloads
    fetching.started.emit("fashion-mnist")
    fetching.progressed.emit("fashion-mnist", 12_345_678, 30_878_645)
    yield [stage.window.notice_bar.download.progress, *_choices(stage)]
    fetching.ended.emit("fashion-mnist", "cancelled", None)


FAILED_DOWNLOAD = Failed(
    "Fashion-MNIST: train-images-idx3-ubyte.gz could not be downloaded (fashion-mnist.s3-website.eu-central-1.amazonaws"
    ".com: [Errno -2] Name or service not known)."
)


@state("notice: the download failed")
def download_failed(stage: Stage) -> Scene:
    fetching = stage.window.session.downloads
    stage.window.session.settings.choose_dataset("fashion-mnist")
    fetching.started.emit("fashion-mnist")
    fetching.ended.emit("fashion-mnist", "failed", FAILED_DOWNLOAD)
    yield [stage.window.notice_bar]


@state("notice: a short one, nothing to choose")
def saved(stage: Stage) -> Scene:
    stage.open("paused")
    stage.window.actions_["snapshot"].trigger()
    stage.wait(lambda: stage.window.notice_bar.cards, "the notice of a saved picture")
    yield [stage.window.notice_bar]


@state("notice: long, nothing to choose")
def long_notice(stage: Stage) -> Scene:
    stage.window.session.notifier.post(
        Notice(
            "This run's history could not be read whole: 1 line of 23,456 is damaged and was left out; all else is as "
            "it was. Saved /home/somebody/Documents/courses/2026/generative/runs/2026-11-25_205255_mnist-quick/"
            "pictures/00000305.png"
        )
    )
    yield [stage.window.notice_bar]


@state("error without details")
def error(stage: Stage) -> Scene:
    stage.close_run()
    stage.window.session.open_run(stage.home)
    stage.wait(lambda: stage.window.error_banner.isVisible(), "an error")
    yield [stage.window.error_banner]


BROKEN = Failed(
    "Training stopped: 2.1 GB of memory were asked for and are not free. A batch of 64 pictures would fit.",
    "Step 5,616 is kept.",
    'Traceback (most recent call last):\n  File "trainer.py", line 300, in round\n' * 20,
)


@state("error with details, folded")
def error_folded(stage: Stage) -> Scene:
    stage.open("failed")
    stage.model.failed.emit(BROKEN)
    yield [stage.window.error_banner, stage.window.error_banner.details_button]


@state("error with details, shown")
def error_open(stage: Stage) -> Scene:
    stage.open("failed")
    stage.model.failed.emit(BROKEN)
    stage.window.error_banner.details_button.click()
    yield [stage.window.error_banner, stage.window.error_banner.details]


@state("error and notice at once")
def error_and_notice(stage: Stage) -> Scene:
    stage.open("finished")
    stage.model.failed.emit(BROKEN)
    stage.window.actions_["startPause"].trigger()
    yield [stage.window.error_banner, *_choices(stage)]


def _choices(stage: Stage) -> list[QWidget]:
    """The choices of a notice: without them, nobody can go on."""
    stage.settle()
    bar = stage.window.notice_bar
    found = [each for each in bar.findChildren(QPushButton) if each.isVisibleTo(stage.window)]
    assert found, "the notice offers nothing"
    return [bar, *found]


# Dialogs


@state("data sets")
def datasets(stage: Stage) -> Scene:
    stage.close_run()
    stage.window.actions_["datasets"].trigger()
    yield [stage.dialog(DatasetDialog)]


@state("data sets: a download failed")
def datasets_failed(stage: Stage) -> Scene:
    stage.window.actions_["datasets"].trigger()
    stage.window.session.downloads.ended.emit("fashion-mnist", "failed", FAILED_DOWNLOAD)
    yield [stage.dialog(DatasetDialog)]


@state("data sets: two downloads failed")
def datasets_failed_twice(stage: Stage) -> Scene:
    stage.window.actions_["datasets"].trigger()
    for name in ("cifar10", "kmnist"):
        stage.window.session.downloads.ended.emit(name, "failed", FAILED_DOWNLOAD)
    yield [stage.dialog(DatasetDialog)]


@state("data sets: download under way")
def datasets_loading(stage: Stage) -> Scene:
    stage.window.actions_["datasets"].trigger()
    dialog, fetching = stage.dialog(DatasetDialog), stage.window.session.downloads
    row = dialog.row("kmnist")
    row.show_state(catalog.state("kmnist"), "kmnist")
    fetching.progressed.emit("kmnist", 3_000_000, 21_000_000)
    yield [dialog]
    fetching.ended.emit("kmnist", "cancelled", None)


@state("set-up: a run begins from a model")
def begins_from(stage: Stage) -> Scene:
    stage.close_run()
    model, config = stage.model, stage.model.config
    stage.window.actions_["beginFrom"].trigger()
    dialog = stage.dialog(BeginFromDialog)
    stage.wait(lambda: dialog.preview is not None, "a model on the new networks")
    yield [dialog]
    dialog.close()
    model.set_config(
        cfg.change(config, "begin.source", "/home/somebody/GAN Studio/2026-11-22_153000_mnist-dcgan:12000")
    )
    yield [stage.window]
    stage.window.findChild(QToolButton, "clearBeginFromButton").click()
    assert stage.model.config.begin == config.begin


@state("import: where the pictures are")
def import_asks(stage: Stage) -> Scene:
    stage.close_run()
    dialog = _import_dialog(stage)
    dialog.source_page.show_problem(
        "/home/somebody/Documents/courses/2026/generative/pictures.rar is no source of pictures. It is a RAR archive. "
        "Name a folder, or a zip or tar archive."
    )
    yield [dialog]
    dialog.source_page.show_problem("")


@state("import: what was found, and what is skipped; under way; its end")
def import_found(stage: Stage) -> Scene:
    dialog, imports = _look_at(stage, _pictures(stage)), stage.window.session.imports
    yield [dialog]
    dialog.choice_page.tabs.setCurrentIndex(1)
    imports.started.emit("pictures")
    imports.progressed.emit("pictures", 12_345, 123_456)
    yield [dialog]
    imports.ended.emit("pictures", "failed", Failed("The disk is full: 1.2 GB are needed.", "Nothing was lost."))
    dialog.form.name.setText(f"walked {len(catalog.list_names())}")
    dialog.footer.import_button.click()
    stage.wait(lambda: dialog.stage.name == "DONE", "an import")
    yield [dialog]
    name = dialog.form.name.text()
    dialog.close()
    stage.window.actions_["datasets"].trigger()
    datasets = stage.dialog(DatasetDialog)
    row = datasets.own_row(name)
    row.remove_button.click()
    stage.wait(row.confirm_button.isVisible, "a question")
    yield [datasets, row.confirm_button]
    row.confirm_button.click()
    stage.wait(lambda: name not in catalog.list_names(), "a removal")
    stage.close_run()


@state("import: a question, and what does not fit")
def import_asks_about_labels(stage: Stage) -> Scene:
    folder = _pictures(stage, "partly labelled")
    (folder / "labels.csv").write_text("file,label\nclass 0/0.png,one\n")
    dialog = _look_at(stage, folder)
    dialog.form.size_box.set_value("17x45")
    dialog.form.changed.emit()
    yield [dialog, dialog.form.labels.unlabelled_box]


def _import_dialog(stage: Stage) -> ImportDialog:
    stage.window.actions_["importPictures"].trigger()
    dialog = stage.dialog(ImportDialog)
    if dialog.footer.other_button.isVisible():
        dialog.footer.other_button.click()
    return dialog


def _look_at(stage: Stage, folder: Path) -> ImportDialog:
    dialog = _import_dialog(stage)
    dialog.look_at(folder)
    stage.wait(lambda: dialog.stage.name == "CHOOSING", "a look at pictures")
    stage.wait(lambda: not dialog.look.found.examples or dialog.footer.text.text(), "what an import takes")
    stage.wait(lambda: dialog.look.found.advice is None or dialog.choice_page.preview.shown, "a preview")
    return dialog


def _pictures(stage: Stage, name: str = "pictures") -> Path:
    folder = stage.home / name
    if not folder.exists():
        for number in range(12):
            size = (64, 48) if number % 2 else (48 + number, 36)
            place = folder / f"class {number % 3}"
            place.mkdir(parents=True, exist_ok=True)
            Image.new("RGBA", size, (200, 40, 40, 120)).save(place / f"{number}.png")
            (place / f"a note on picture {number}, written in the evening.txt").write_text("no picture")
    return folder


@state("drawing: nothing yet, a stroke on a picture, and a name that is taken")
def drawing(stage: Stage) -> Scene:
    stage.close_run()
    stage.window.actions_["drawPoints"].trigger()
    dialog = stage.dialog(DrawingDialog)
    yield [dialog, dialog.apply_button]
    folder = _pictures(stage)
    dialog.load_picture(folder / "class 0" / "no such picture.png")
    yield [dialog]
    Image.new("L", (40, 30)).save(folder / "dark.png")
    drawn = Image.new("L", (40, 30), 255)
    drawn.paste(0, (10, 10, 20, 20))
    drawn.save(folder / "spot.png")
    dialog.load_picture(folder / "spot.png")
    dialog.name.setText("lab-ring-8")
    yield [dialog]
    dialog.name.setText("a drawing with a name of many words as somebody may give it")
    yield [dialog]
    dialog.apply_button.click()
    stage.window.actions_["datasets"].trigger()
    datasets = stage.dialog(DatasetDialog)
    name = drawings.list_names()[0]
    yield [datasets, *datasets.drawings.buttons(name)]
    datasets.drawings.buttons(name)[1].click()
    yield [datasets, *datasets.drawings.buttons(name)]
    datasets.drawings.buttons(name)[2].click()
    datasets.close()


@state("settings")
def settings(stage: Stage) -> Scene:
    stage.window.actions_["settings"].trigger()
    yield [stage.dialog(SettingsDialog)]


@state("settings: a file of them that cannot be read")
def settings_unreadable(stage: Stage) -> Scene:
    file = preferences.file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("theme = [")
    stage.window.actions_["settings"].trigger()
    dialog = stage.dialog(SettingsDialog)
    yield [dialog]
    file.unlink()
    dialog.refresh()


@state("a run is dragged over the window")
def a_run_is_dragged(stage: Stage) -> Scene:
    drop = stage.window.run_drop
    drop.show_hint("2026-11-25_204918_mnist-conditional.ganrun is not a run. " + ACCEPTED)
    yield [drop.hint]
    drop.show_hint("Drop to import the pictures in holiday in the mountains, summer of 2026")
    yield [drop.hint]
    drop.hint.hide()


@state("tour: the longest steps, and what must come first")
def tour(stage: Stage) -> Scene:
    stage.close_run()
    window = stage.window
    window.actions_["tour"].trigger()
    for name in ("welcome", "morph", "accuracy", "ring", "break", "end"):
        window.tour.tour.begin(name)
        window.tour.look()
        yield [window.tour.card]
    stage.open("training", config=POINTS)
    window.tour.tour.begin("break")
    window.tour.look()
    yield [window.tour.card]
    window.tour.tour.leave()
    window.setup.sections.reset()


@state("help: first steps")
def first_steps(stage: Stage) -> Scene:
    stage.window.actions_["help"].trigger()
    yield [stage.dialog(HelpWindow)]


@state("help: every entry that is wide or long")
def glossary_entries(stage: Stage) -> Scene:
    stage.window.actions_["help"].trigger()
    dialog = stage.dialog(HelpWindow)
    entries = glossary.entries().values()
    widest = sorted(entries, key=lambda entry: len(entry.formula))[-12:]
    longest = sorted(entries, key=lambda entry: len(entry.text))[-6:]
    for entry in (*widest, *longest):
        dialog.show_entry(entry.name)
        yield [dialog]
    dialog.show_entry("")


@state("break it, mend it")
def gallery(stage: Stage) -> Scene:
    stage.window.actions_["gallery"].trigger()
    yield [stage.dialog(GalleryWindow)]


@state("help: a place in the window is framed")
def help_place(stage: Stage) -> Scene:
    stage.window.help_commands.show_help().placeRequested.emit("lossPlot")
    stage.wait(lambda: stage.window.findChild(Outline) is not None and stage.window.findChild(Outline).isVisible())
    yield [stage.window]
    stage.window.findChild(Outline).hide()


@state("help: nothing found")
def help_nothing(stage: Stage) -> Scene:
    stage.window.actions_["help"].trigger()
    dialog = stage.dialog(HelpWindow)
    dialog.search.setText("no such word")
    yield [dialog]
    dialog.search.clear()


@state("keyboard shortcuts")
def shortcuts(stage: Stage) -> Scene:
    stage.window.actions_["shortcuts"].trigger()
    yield [stage.dialog(ShortcutList)]


@state("report a problem")
def report_a_problem(stage: Stage) -> Scene:
    dialog = stage.window.help_commands.show_report_dialog()
    stage.wait(dialog.copy_button.isEnabled)
    yield [dialog]


@state("about")
def about(stage: Stage) -> Scene:
    stage.window.actions_["about"].trigger()
    yield [stage.dialog(AboutBox)]


def _an_export(name: str, content: Content, config: cfg.RunConfig = CLASSES, of: str = "") -> None:
    @state(f"export{of}: {name}, {content}")
    def play(stage: Stage) -> Scene:
        stage.open("finished", config=config)
        stage.model.view(300)
        dialog = stage.window.export_commands.show_export()
        dialog.choose(name, content)
        yield [dialog]


for _of_points in (False, True):
    for _format in ("png", "gif", "csv", "onnx", "run"):
        for _content in FORMATS[_format].contents:
            if _content.is_of_points is _of_points:
                _an_export(_format, _content, POINTS if _of_points else CLASSES)
_an_export("png", Content.SPRITES, SPRITES, " of transparent pictures")
_an_export("gif", Content.PROGRESS, SPRITES, " of transparent pictures")


@state("export: nothing to export")
def export_nothing(stage: Stage) -> Scene:
    stage.close_run()
    dialog = stage.window.export_commands.show_export()
    dialog.choose("csv")
    yield [dialog]


@state("export: no such folder")
def export_nowhere(stage: Stage) -> Scene:
    stage.open("finished")
    dialog = stage.window.export_commands.show_export()
    dialog.choose("png")
    before = dialog.destination.name.text()
    dialog.destination.name.setText("/home/somebody/Documents/courses/2026/generative/no such folder/picture.png")
    yield [dialog]
    dialog.destination.name.setText(before)


def _about_to_export_a_grid(stage: Stage) -> ExportDialog:
    stage.open("finished")
    dialog = stage.window.export_commands.show_export()
    (stage.home / "out").mkdir(exist_ok=True)
    dialog.destination.set_folder(stage.home / "out")
    dialog.choose("png", Content.GRID)
    return dialog


@state("export: three are done")
def export_done(stage: Stage) -> Scene:
    dialog = _about_to_export_a_grid(stage)
    for _ in range(3):
        dialog.export_button.click()
    stage.wait(lambda: all(row.is_over for row in dialog.export_list.rows()), "three exports")
    yield [dialog]


@state("export: one waits for another")
def export_waits(stage: Stage) -> Scene:
    dialog = _about_to_export_a_grid(stage)
    with stage.window.findChild(Exports).turns.take(lambda: None, lambda: False):
        dialog.export_button.click()
        row = dialog.export_list.rows()[0]
        stage.wait(lambda: "waiting" in row.label.text(), "an export that waits")
        yield [dialog]
    stage.wait(lambda: row.is_over, "the export")


@state("export: the walk of the explorer")
def export_walk(stage: Stage) -> Scene:
    stage.close_run()
    stage.child(QPushButton, "walkSave").click()
    yield [stage.dialog(ExportDialog)]


@state("branch")
def branch(stage: Stage) -> Scene:
    stage.open("paused")
    stage.window.actions_["branch"].trigger()
    dialog = stage.dialog(BranchDialog)
    dialog.field("optimizer.d_lr")  # all fields are there
    yield [dialog]


@state("branch: one setting to begin with, and a change")
def branch_from_setting(stage: Stage) -> Scene:
    stage.open("paused")
    stage.window.run_commands.ask_branch("network.name")
    dialog = stage.dialog(BranchDialog)
    dialog.field("optimizer.d_lr").edited.emit("optimizer.d_lr", 0.004)
    dialog.field("objective.loss").edited.emit("objective.loss", "wgan")
    yield [dialog]


@state("compare: three runs")
def compare(stage: Stage) -> Scene:
    paths = [run_on_disk(stage, name) for name in ("2026-11-25_205255_mnist-quick", "G faster", "digits, longer")]
    stage.window.comparison.compare(paths)
    dialog = stage.dialog(CompareWindow)
    stage.wait(lambda: len(dialog.titles()) == 3 and dialog.grid(2).pictures is not None, "the runs to compare")
    yield [dialog]


@state("compare: six runs")
def compare_six(stage: Stage) -> Scene:
    paths = [run_on_disk(stage, f"run {number} of a student") for number in range(6)]
    stage.window.comparison.compare(paths)
    dialog = stage.dialog(CompareWindow)
    stage.wait(lambda: len(dialog.titles()) == 6 and dialog.grid(5).pictures is not None, "the runs to compare")
    yield [dialog]


@state("inside the networks")
def inside(stage: Stage) -> Scene:
    stage.open(
        "paused", config=replace(TINY, network=cfg.NetworkConfig("resnet", 8, 8), data=cfg.DataConfig("digits", 32))
    )
    stage.window.actions_["inside"].trigger()
    dialog = stage.dialog(InsideWindow)
    row, ends = dialog.diagram.row("G"), "makes 1 map of 32\N{MULTIPLICATION SIGN}32"  # at first, others are shown
    stage.wait(lambda: row.cards and row.cards[-1].accessibleName().endswith(ends), "the layers")
    yield [dialog]


@state("inside the networks: maps")
def inside_maps(stage: Stage) -> Scene:
    stage.close_run()
    stage.window.actions_["inside"].trigger()
    dialog = stage.dialog(InsideWindow)
    dialog.source.button(1).click()
    stage.wait(lambda: dialog.looker.seen is not None, "the maps")
    for row in ("G", "D"):
        dialog.diagram.row(row).cards[1].click()
        stage.wait(lambda: dialog.looker.seen is not None, "the maps")
        dialog.maps.change.button(1).click()
        stage.wait(lambda: dialog.looker.seen is not None and bool(dialog.looker.seen.request.edits), "the answer")
        yield [dialog]
    dialog.source.button(0).click()


@state("inside the networks: one sum")
def inside_sum(stage: Stage) -> Scene:
    stage.close_run()
    stage.window.actions_["inside"].trigger()
    dialog = stage.dialog(InsideWindow)
    dialog.source.button(1).click()
    stage.wait(lambda: dialog.looker.seen is not None, "the maps")
    for card in (5, 6):  # a convolution, and a transposed one
        dialog.diagram.row("G").cards[card].click()
        stage.wait(dialog.maps.sum_button.isEnabled, "the maps")
        dialog.maps.sum_button.click()
        stage.wait(lambda: dialog.sums.sums is not None, "the sums")
        yield [dialog]
    dialog.show_maps()
    dialog.source.button(0).click()


@state("the coach")
def coach(stage: Stage) -> Scene:
    stage.open("training")
    watcher = stage.window.findChild(CoachWatcher)
    answers: list[object] = []
    watcher.judged.connect(lambda: answers.append(None))
    stage.window.actions_["coach"].trigger()
    dialog = stage.dialog(CoachWindow)
    stage.wait(lambda: bool(answers), "the answer")
    figure = Figure("largest distance between two pictures", 123456.7, 0.000123, below=True)
    back = Remedy(
        "Go back to step 1,234,567 and set loss to relativistic and R1 to 0.02 and R2 to 0.02", RemedyKind.LIVE, {}, 1
    )
    new = Remedy("Set loss to relativistic and R1 to 1 and every to 8 in a new run", RemedyKind.NEW_RUN)
    named = {"kinds": ", ".join(f"class {number}" for number in range(6))}
    effect = Effect(12345, "learning rate of D: 0.0002 → 5e-05", ((figure.name, 1234.5, 0.000123),) * 2)
    found = [
        Finding(
            id, severity, began, 1, None, words.title(id, named), words.text(id), (figure,), (back, new), effect=effect
        )
        for (id, began), severity in zip((("C3", 1), ("C4", 10**8), ("C1", 1), ("C13", 1)), Severity, strict=True)
    ]
    stage.wait(lambda: len(stage.window.model.history) > 1, "a curve")
    for findings in (found, []):
        watcher.findings = findings
        watcher.changed.emit()
        yield [dialog]


@state("inside the networks: a channel over time")
def inside_steps(stage: Stage) -> Scene:
    config = replace(TINY, network=cfg.NetworkConfig("dcgan", 12, 8), data=cfg.DataConfig("digits", 28))
    stage.open("paused", config=config)
    for step in (100, 200, 300):
        models.write(stage.home / f"snapshot-{step}", config, seed=step, step=step)
        stage.model.handle(Saved(step, "snapshot", str(stage.home / f"snapshot-{step}")))
    stage.window.actions_["inside"].trigger()
    dialog = stage.dialog(InsideWindow)
    stage.wait(lambda: dialog.maps.steps_button.isEnabled() and dialog.looker.seen is not None, "the maps")
    dialog.maps.steps_button.click()
    stage.wait(lambda: dialog.steps.says.text().startswith("From step"), "the steps")
    yield [dialog]
    dialog.show_maps()


@state("inside the networks: D's gradient")
def inside_gradient(stage: Stage) -> Scene:
    config = replace(TINY, network=cfg.NetworkConfig("resnet", 8, 8), data=cfg.DataConfig("digits", 32, 4))
    stage.open("paused", config=config)
    models.write(stage.home / "snapshot-100", config, step=100)
    stage.model.handle(Saved(100, "snapshot", str(stage.home / "snapshot-100")))
    stage.window.actions_["inside"].trigger()
    dialog = stage.dialog(InsideWindow)
    stage.wait(dialog.maps.gradient_button.isEnabled, "the maps")
    dialog.maps.gradient_button.click()
    stage.wait(lambda: dialog.gradient.shown is not None, "the gradient")
    yield [dialog]
    dialog.show_maps()


@state("kinds that G makes")
def kinds(stage: Stage) -> Scene:
    config = replace(TINY, data=cfg.DataConfig("digits", 8))
    stage.open("paused", config=config)
    models.write(stage.home / "snapshot-100", config, step=100)
    stage.model.handle(Saved(100, "snapshot", str(stage.home / "snapshot-100")))
    stage.window.actions_["kinds"].trigger()
    dialog = stage.dialog(KindsWindow)
    stage.wait(lambda: dialog.found is not None, "the kinds")
    found = dialog.found
    assert found is not None
    dialog.cells.show_kinds(replace(found, map=replace(found.map, missing=(3,), rare=(4, 7), unsure=(5,))))
    yield [dialog]


@state("the data by D's eyes")
def by_d(stage: Stage) -> Scene:
    config = replace(TINY, data=cfg.DataConfig("digits", 8))
    stage.open("paused", config=config)
    models.write(stage.home / "snapshot-100", config, step=100)
    stage.model.handle(Saved(100, "snapshot", str(stage.home / "snapshot-100")))
    stage.window.actions_["byD"].trigger()
    dialog = stage.dialog(ByDWindow)
    stage.wait(lambda: dialog.sorter.judged is not None and dialog.sorter.judged.is_whole, "the opinions")
    stage.wait(lambda: dialog.sorter.pictures is not None, "the pictures")
    dialog.grid.chosen.emit(3)
    yield [dialog]


@state("the smallest GAN")
def smallest_gan(stage: Stage) -> Scene:
    stage.window.actions_["smallestGan"].trigger()
    dialog = stage.dialog(SmallestGanWindow)
    stage.wait(lambda: dialog.plot.field is not None, "the arrows")
    yield [dialog]


@state("the smallest GAN: longest words, a path and clipping")
def smallest_gan_played(stage: Stage) -> Scene:
    stage.window.actions_["smallestGan"].trigger()
    dialog = stage.dialog(SmallestGanWindow)
    before = dialog.controls.game
    dialog.controls.set_game(GameSettings("hinge", Penalty.CLIP, 0.75, 0.5, 0.125, 0.0625, 5, Steps.SIMULTANEOUS))
    dialog.player.step()
    stage.wait(lambda: dialog.player.steps == 1, "a step")
    yield [dialog]
    dialog.controls.set_game(GameSettings("least-squares", Penalty.GRADIENT))
    dialog.player.restart()
    yield [dialog]
    dialog.controls.set_game(before)


@state("a round in stages: longest words")
def round_in_stages(stage: Stage) -> Scene:
    stage.open("paused")
    stage.window.actions_["stages"].trigger()
    dialog = stage.dialog(RoundWindow)
    stage.model.handle(RoundRecorded(1_234_567, _long_round()))
    dialog.player.go_to(4)
    yield [dialog]


@cache
def _long_round() -> RoundRecord:
    record = rounds.record(rounds.points(objective__loss="relativistic", network__packing=2))
    updates = tuple(replace(update, number=99, count=100) for update in record.updates)
    return replace(record, step=1_234_567, updates=updates)


def run_on_disk(stage: Stage, name: str, config: cfg.RunConfig = TINY) -> Path:
    """A run with curves and pictures, as the list and the comparison read it."""
    import numpy as np

    from ganstudio.events import Samples
    from support.panels import tick

    folder = stage.run(name, config)
    if not folder.samples():
        for step in (100, 200, 300):
            folder.append(tick(step))
            grid = np.random.default_rng(step).integers(0, 255, (config.output.grid**2, 28, 28), np.uint8)
            folder.save_samples(Samples(step, step / 100, grid))
    return folder.path


# Menus


def _a_menu(title: str) -> None:
    @state(f"menu {title}")
    def play(stage: Stage) -> Scene:
        menu = next(each for each in stage.window.findChildren(QMenu) if each.title().replace("&", "") == title)
        menu.popup(stage.window.menuBar().mapToGlobal(QPoint(0, stage.window.menuBar().height())))
        yield [menu]
        menu.close()


for _title in (*MENUS, "Export", "Export as", "Recent runs", "Presets"):
    _a_menu(_title.replace("&", ""))


@state("menu of a picture")
def picture_menu(stage: Stage) -> Scene:
    stage.open("paused")
    menu = stage.window.samples.menu(0)
    menu.popup(stage.window.samples.mapToGlobal(QPoint(100, 100)))
    yield [menu]
    menu.close()
    menu.deleteLater()


# One panel large


def _large(name: str) -> None:
    @state(f"{name}, enlarged")
    def play(stage: Stage) -> Scene:
        stage.open("paused")
        panel = stage.child(QWidget, name)
        stage.window.enlarger.enlarge(panel)
        yield [panel, stage.window]
        stage.window.enlarger.restore()


for _panel in ("samplesPanel", "curvesPanel", "latentPanel"):
    _large(_panel)


# Panels


def _a_section(title: str, opened: bool) -> None:
    @state(f"set-up: {title}{', of an open run' if opened else ''}")
    def play(stage: Stage) -> Scene:
        if opened:
            stage.open("finished")
        else:
            stage.close_run()
        sections = stage.window.setup.sections
        sections.open(title)
        yield [stage.window.setup, sections]
        sections.open("")


for _opened in (False, True):
    for _section in SECTIONS:
        _a_section(_section, _opened)


def _a_length(words: str, **values: float) -> None:
    @state(f"set-up: train for {words}")
    def play(stage: Stage) -> Scene:
        stage.close_run()
        stage.window.session.settings.set_config(replace(TINY, **values))
        yield [stage.window.setup]


_a_length("many steps", steps=1_000_000)
_a_length("minutes", seconds=90.0)
_a_length("ever", epochs=0)


@state("set-up: the list of presets")
def preset_list(stage: Stage) -> Scene:
    stage.close_run()
    box = stage.child(QComboBox, "presetCombo")
    box.showPopup()
    yield [box.view()]
    box.hidePopup()


@state("set-up: a name for a preset of one's own")
def preset_name(stage: Stage) -> Scene:
    stage.close_run()
    commands = stage.window.preset_commands
    commands.ask_name()
    dialog = commands.dialog
    assert dialog is not None
    dialog.name.setText("A name that is longer than any that a preset of one's own may ever have in the list")
    yield [dialog]
    dialog.reject()


@state("set-up: an edited preset")
def edited_preset(stage: Stage) -> Scene:
    stage.close_run()
    stage.window.session.settings.change("optimizer.d_lr", 0.0123)
    for gigabytes in (1.2, 123.4):
        stage.window.setup.show_estimate(make_estimate(stage.model.config, gigabytes))
        yield [stage.window.setup]
    stage.window.setup.show_estimate(None)


def _a_mode(words: str, index: int, config: cfg.RunConfig) -> None:
    @state(f"samples: {words}")
    def play(stage: Stage) -> Scene:
        stage.open("paused", config=config)
        samples = stage.window.samples
        choice = samples.findChild(ChoiceRow)
        choice.button(index).click()
        yield [samples]
        choice.button(0).click()


for _index, _words in enumerate(("fixed", "fresh", "real", "real beside fake")):
    _a_mode(_words, _index, TINY)
_a_mode("fresh, by class", 1, CLASSES)


def _a_nearest(words: str, index: int, config: cfg.RunConfig) -> None:
    @state(f"samples: nearest training pictures{words}")
    def play(stage: Stage) -> Scene:
        stage.open("paused", config=config)
        samples = stage.window.samples
        samples.findChild(ChoiceRow).button(index).click()
        button = stage.child(QToolButton, "nearestButton")
        button.click()
        stage.wait(lambda: samples.nearest_grid.pictures is not None, "the nearest pictures")
        yield [samples]
        button.click()
        samples.findChild(ChoiceRow).button(0).click()


_a_nearest("", 0, TINY)
_a_nearest(", of fresh z by class", 1, CLASSES)


@state("samples: the lab before training")
def lab_before_training(stage: Stage) -> Scene:
    stage.close_run()
    stage.model.set_config(POINTS)
    lab = stage.window.lab
    stage.wait(lambda: lab.plot.plane is not None, "real points")
    yield [stage.window.samples]


@state("samples: the lab with all layers")
def lab_with_layers(stage: Stage) -> Scene:
    stage.open("training", config=POINTS)
    lab = stage.window.lab
    for shown in (MAPS[0], ARROWS[0], Layer.UNITS), (MAPS[2], ARROWS[1]):
        wanted = frozenset({Layer.REAL, Layer.FAKE, Layer.MANIFOLD, Layer.TRACES, *shown})
        lab.tools.show_layers(wanted)
        stage.wait(lambda wanted=wanted: _has_layers(lab.plot.plane, wanted), "the layers")
        yield [stage.window.samples]
    lab.start_over()


@state("samples: the lab, while a mode is moved, points are added and others erased")
def lab_touched(stage: Stage) -> Scene:
    stage.open("paused", config=POINTS)
    lab = stage.window.lab
    stage.wait(lambda: lab.plot.plane is not None and lab.plot.touch.modes is not None, "modes")
    plot, touch = lab.plot, lab.plot.touch
    for tool, place in ((Tool.MOVE, (0.0, 1.0)), (Tool.ADD, (0.0, 0.5)), (Tool.ERASE, (1.0, 0.0))):
        lab.tools.tool_button(tool).click()
        start = QPointF(*plot.view.place(np.array(place)).tolist())
        touch.press(start, plot.view, with_shift=False)
        touch.move(start + QPointF(20, 40), plot.view)
        yield [stage.window.samples]
        touch.cancel()
    lab.start_over()


def _has_layers(plane: Plane | None, layers: frozenset[Layer]) -> bool:
    return plane is not None and plane.request.layers == layers and plane.fakes is not None


@state("samples: a data set that is too large to look for the nearest picture")
def nearest_of_many(stage: Stage) -> Scene:
    stage.open("paused", config=replace(TINY, data=cfg.DataConfig("cifar10", 32, 3)))
    yield [stage.child(QToolButton, "nearestButton")]


def _a_page(name: str, run: bool) -> None:
    @state(f"explorer: {name}{', of a run with classes' if run else ''}")
    def play(stage: Stage) -> Scene:
        if run:
            stage.open("paused", config=CLASSES)
        else:
            stage.close_run()
        latent = stage.window.latent
        tabs = stage.child(QTabBar, "explorerTabs")
        _to_front(stage, 2)
        tabs.setCurrentIndex([tabs.tabText(index) for index in range(tabs.count())].index(name))
        yield [latent]
        tabs.setCurrentIndex(0)
        _to_front(stage, 1)


for _of_run in (False, True):
    for _page in ("sliders", "morph", "walk", "draw"):
        _a_page(_page, _of_run)


@state("explorer: a picture file that cannot be read")
def bad_picture(stage: Stage) -> Scene:
    stage.close_run()
    bad = stage.home / "holiday in the mountains, last summer.png"
    bad.write_text("no picture")
    _to_front(stage, 2)
    draw, said = stage.window.latent.draw, stage.child(QLabel, "drawWords")
    draw.open_picture(bad)
    stage.wait(lambda: bad.name in said.text(), "what came of the file")
    yield [draw]
    stage.child(QTabBar, "explorerTabs").setCurrentIndex(0)
    _to_front(stage, 1)


def _to_front(stage: Stage, number: int) -> None:
    dock = stage.window.dock_layout.docks[number]
    dock.show()
    dock.raise_()
    stage.settle()


@state("runs: none yet")
def no_runs(stage: Stage) -> Scene:
    _to_front(stage, 3)
    yield [stage.window.runs]
    _to_front(stage, 0)


@state("runs: a list, filtered in vain, of a user's names")
def runs(stage: Stage) -> Scene:
    import os

    home = stage.home / "list"
    if not home.exists():
        home.mkdir()
        for name in ("2026-11-25_205255_mnist-quick", "2026-11-25_204918_mnist-conditional", "other"):
            (home / name).symlink_to(run_on_disk(stage, name))
    before, os.environ["GANSTUDIO_RUNS"] = os.environ["GANSTUDIO_RUNS"], str(home)
    _to_front(stage, 3)
    runs = stage.window.runs
    runs.refresh()
    stage.wait(lambda: runs.runs.count() == 3, "the list of runs")
    runs.view.selectAll()
    yield [runs]
    stage.child(QLineEdit, "runsFilter").setText("no such words")
    yield [runs]
    stage.child(QLineEdit, "runsFilter").clear()
    os.environ["GANSTUDIO_RUNS"] = before
    runs.refresh()
    stage.wait(lambda: runs.runs.count() == 0, "the empty list of runs")
    _to_front(stage, 0)


def _a_plot(index: int) -> None:
    @state(f"curves: plot {index + 1} alone")
    def play(stage: Stage) -> Scene:
        stage.open("paused", measured=(200, 400, 600))
        curves = stage.window.curves
        buttons = [each for each in curves.findChildren(QToolButton) if each.property("plotIndex") is not None]
        before = [each.isChecked() for each in buttons]
        wanted = next(each for each in buttons if each.property("plotIndex") == index)
        if not wanted.isChecked():
            wanted.click()
        for each in buttons:
            if each is not wanted and each.isChecked():
                each.click()
        yield [curves, curves.plots[index]]
        for each, was in zip(buttons, before, strict=True):
            if each.isChecked() != was:
                each.click()


for _plot in range(5):
    _a_plot(_plot)


@state("curves: x in seconds, logarithmic")
def curves_in_seconds(stage: Stage) -> Scene:
    stage.open("paused", every=100_000)
    boxes = stage.window.curves.findChildren(QComboBox)
    for box in boxes:
        box.setCurrentIndex(box.count() - 1)
    stage.child(QToolButton, "logScaleButton").setChecked(True)
    yield [stage.window.curves]
    stage.child(QToolButton, "logScaleButton").setChecked(False)
    for box in boxes:
        box.setCurrentIndex(0)
