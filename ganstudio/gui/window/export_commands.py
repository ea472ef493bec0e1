"""What each action of the window does."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog

from ganstudio.config import SETTINGS
from ganstudio.events import Failed, ManualUpdate
from ganstudio.gui.dialogs.about import AboutBox, ShortcutList
from ganstudio.gui.dialogs.dataset_dialog import DatasetDialog
from ganstudio.gui.help.whats_this import WhatsThis
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.runs.branching import explain_kept
from ganstudio.gui.setup.preset_commands import PresetCommands
from ganstudio.gui.window_settings import Memory
from ganstudio.gui.workers.export import Exports, Keys

if TYPE_CHECKING:
    from ganstudio.gui.compare.window import CompareWindow
    from ganstudio.gui.dialogs.settings_dialog import SettingsDialog
    from ganstudio.gui.export.dialog import ExportDialog
    from ganstudio.gui.help.help_window import HelpWindow
    from ganstudio.gui.window.main_window import MainWindow


class Handlers(QObject):
    """Connects every action to what it does; holds the dialogs, which keep nobody from the window.

    The large ones are imported when they are first asked for: the window is up sooner.
    """

    def __init__(self, window: "MainWindow", memory: Memory) -> None:
        super().__init__(window)
        self._window, self._memory = window, memory
        self.dialogs: dict[str, QDialog] = {}
        self._exports = Exports(self)
        self._exports.failed.connect(window.show_failure)
        self._whats_this = WhatsThis(self)
        self._whats_this.explained.connect(self._explain)
        self.presets = PresetCommands(window)
        for name, handler in (self._table() | self.presets.table()).items():
            window.actions_[name].triggered.connect(handler)

    def _table(self) -> dict[str, Callable[..., object]]:
        window = self._window
        return {
            "newRun": window.session.new_run,
            "startOver": window.session.start_over,
            "openRun": window.opener.ask,
            "datasets": self.show_datasets,
            "export": self.show_export,
            "exportGrid": window.samples.ask_and_save,
            "exportCurves": self._export_curves,
            "settings": self.show_settings,
            "quit": window.close,
            "startPause": self._toggle,
            "stepD": self._step_d,
            "stepG": self._step_g,
            "round": self._round,
            "stop": window.session.training.stop,
            "slower": window.speed.slower,
            "faster": window.speed.faster,
            "rewind": self._rewind,
            "branch": self._branch,
            "measure": window.session.measurer.measure,
            "snapshot": self._snapshot,
            "lightTheme": self._choose_theme,
            "textLarger": window.text_size.larger,
            "textSmaller": window.text_size.smaller,
            "textUsual": window.text_size.usual,
            "resetLayout": window.arranger.reset,
            "help": self.show_help,
            "whatsThis": self._whats_this.begin,
            "shortcuts": self._show_shortcuts,
            "about": self._show_about,
        }

    # Running

    def _toggle(self) -> None:
        self._window.session.training.toggle()
        self._window.refresh()  # Qt has flipped the button; what it shows is the run's state

    def _step_d(self) -> None:
        self._window.session.control.step(ManualUpdate.D)

    def _step_g(self) -> None:
        self._window.session.control.step(ManualUpdate.G)

    def _round(self) -> None:
        self._window.session.control.step(ManualUpdate.ROUND)

    # Time travel

    def _rewind(self) -> None:
        model = self._window.model
        self._window.session.time_travel.rewind(model.step if model.viewed_step is None else model.viewed_step)

    def _branch(self) -> None:
        self.ask_branch("")

    def ask_branch(self, path: str) -> None:
        """The dialog that says what a branch begins from and changes; `path` names the setting to begin with."""
        from ganstudio.gui.runs.branch_dialog import BranchDialog

        window = self._window
        if window.model.folder is None:
            return
        if window.model.viewed_step is None and window.model.config.engine.processes == 1:
            window.session.control.save()  # so that the branch can begin at this very step
        dialog = BranchDialog(window.model, window.session.settings.edits, path, window)
        dialog.branchRequested.connect(window.session.time_travel.branch)
        self.dialogs["branch"] = dialog
        dialog.open()

    def offer_branch(self, path: str) -> None:
        """A setting that the open run keeps: why, and how it can be otherwise all the same."""
        setting = SETTINGS[path]
        kept = explain_kept(path)
        text = f"The {setting.label} of this run cannot be changed. {kept or setting.why_fixed}"
        new_run = ("New run…", self._window.session.new_run_like)
        branch = ("Branch…", lambda: self._branch_from_notice(path))
        self._window.notice_bar.show_notice(Notice(text, (new_run,) if kept else (branch, new_run)))

    def _branch_from_notice(self, path: str) -> None:
        self._window.notice_bar.show_notice(None)
        self.ask_branch(path)

    def compare(self, runs: Sequence[Path]) -> None:
        """Curves and pictures of several runs, in a window of their own."""
        self._show("compare", self._make_compare)
        if (window := self._comparison()) is not None:
            window.compare(runs)

    def _comparison(self) -> "CompareWindow | None":
        """The window of comparisons, if it was made."""
        return cast("CompareWindow | None", self.dialogs.get("compare"))

    def run_renamed(self, path: Path) -> None:
        """A run that is compared has another name."""
        if (window := self._comparison()) is not None:
            window.rename(path)

    def _make_compare(self) -> "CompareWindow":
        from ganstudio.gui.compare.window import CompareWindow

        made = CompareWindow(self._window)
        made.failed.connect(self._window.show_failure)
        return made

    def stop(self) -> bool:
        """End the threads of dialogs; False if one did not end in time."""
        window = self._comparison()
        exports_ended = self._exports.stop()
        return (window is None or window.stop()) and exports_ended

    # Files

    def show_export(self, *_: object) -> "ExportDialog":
        """The dialog of exports."""
        self._show("export", self._make_export)
        return cast("ExportDialog", self.dialogs["export"])

    def _make_export(self) -> "ExportDialog":
        from ganstudio.gui.export.dialog import ExportDialog

        return ExportDialog(self._window.model, self._exports, self._window)

    def exports_under_way(self) -> bool:
        """Whether a file is being written."""
        return self._exports.under_way

    def export_film(self) -> None:
        """The dialog of exports, with the film of how the run learned chosen."""
        self.export_as("mp4")

    def export_as(self, name: str) -> None:
        """The dialog of exports, with a format chosen."""
        self.show_export().choose(name)

    def export_walk(self, keys: Keys) -> None:
        """The dialog of exports, with the explorer's walk through key pictures chosen."""
        self.show_export().choose_walk(keys)

    def _export_curves(self) -> None:
        self._window.curves.ask_and_save("csv")

    def _snapshot(self) -> None:
        model = self._window.model
        folder = model.folder
        if folder is None:
            return
        step = model.step if model.viewed_step is None else model.viewed_step
        path = folder.path / "pictures" / f"{step:08d}.png"
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            self._window.show_failure(Failed(f"{path.parent} cannot be created: {error.strerror or error}."))
            return
        self._window.samples.save_picture(path)
        if path.is_file():
            self.tell_written(str(path))

    def tell_written(self, path: str) -> None:
        """Say that a file was saved, and where."""
        show = ("Show", partial(self._show_folder, Path(path).parent))
        self._window.notice_bar.show_notice(Notice(f"Saved {path}", (show,), passing=True))

    def _show_folder(self, folder: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    # Look and dialogs

    def _choose_theme(self, light: bool) -> None:
        self._window.look.choose("light" if light else "dark")

    def show_settings(self, *_: object) -> None:
        """The dialog of settings."""
        self._show("settings", self._make_settings)

    def _make_settings(self) -> "SettingsDialog":
        from ganstudio.gui.dialogs.settings_dialog import SettingsDialog

        window = self._window
        made = SettingsDialog(self._memory, window.look, window.text_size, window)
        made.runsFolderChanged.connect(window.runs.refresh)
        made.dataFolderChanged.connect(window.setup.refresh_datasets)
        for changed in (made.runsFolderChanged, made.dataFolderChanged):
            changed.connect(self._forget_folders)
        return made

    def _forget_folders(self) -> None:
        """Dialogs that name a folder are made anew when they are asked for again."""
        for name in ("about", "datasets"):
            if (dialog := self.dialogs.pop(name, None)) is not None:
                dialog.close()
                dialog.deleteLater()

    def show_datasets(self) -> None:
        """The dialog of data sets."""
        self._show("datasets", self._make_datasets)

    def _make_datasets(self) -> DatasetDialog:
        window = self._window
        made = DatasetDialog(window.session.downloads, window.model.data_home, window)
        made.settingsWanted.connect(self.show_settings)
        return made

    def show_help(self, *_: object) -> "HelpWindow":
        """First steps and the glossary."""
        from ganstudio.gui.help.help_window import HelpWindow

        self._show("help", lambda: HelpWindow(self._window))
        return cast("HelpWindow", self.dialogs["help"])

    def greet(self) -> None:
        """Tell a person who opens the program for the first time where to begin."""
        first = (("First steps", lambda: self.show_help().show_first_steps()),)
        text = "New to GANs, or to GAN Studio? First steps shows what to look at and what to try (F1)."
        self._window.session.notifier.post(Notice(text, first, passing=True))

    def _explain(self, name: str, tip: str) -> None:
        self.show_help().show_thing(name, tip)

    def _show_shortcuts(self) -> None:
        window = self._window
        actions = [*window.actions_.all(), *(dock.toggleViewAction() for dock in window.arranger.docks)]
        self._show("shortcuts", lambda: ShortcutList(actions, window))

    def _show_about(self) -> None:
        self._show("about", lambda: AboutBox(self._window))

    def _show(self, name: str, make: Callable[[], QDialog]) -> None:
        if name not in self.dialogs:
            self.dialogs[name] = make()
        self.dialogs[name].show()
        self.dialogs[name].raise_()
        self.dialogs[name].activateWindow()
