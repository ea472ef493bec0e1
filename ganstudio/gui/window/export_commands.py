"""Commands that write files: the export dialog, the grid as a picture, the curves as a table."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from ganstudio.events import Failed
from ganstudio.export.job import Content
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.workers.export import Exports, Keys

if TYPE_CHECKING:
    from ganstudio.gui.export.dialog import ExportDialog


class ExportCommands(QObject):
    """Serves the actions of the export menu, and owns the exports that are under way.

    The dialog is imported when it is first shown: the window is up sooner.
    """

    failed = Signal(object)  # Failed

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        samples, curves = context.panels.samples, context.panels.curves
        self._model = context.session.model
        self._samples = samples
        self._lab = context.panels.lab
        self._curves = curves
        self._dialogs = context.dialogs
        self._notifier = context.session.notifier
        self._window = context.window
        self._exports = Exports(self)
        self._exports.failed.connect(self.failed)
        for source in (samples.saver, curves):
            source.written.connect(self.report_saved)
        context.panels.latent.walk.exportRequested.connect(self.export_walk)
        context.actions.connect(
            {
                "export": self.show_export,
                "exportGrid": samples.saver.ask_and_save,
                "exportCurves": self._export_curves,
                "snapshot": self._save_picture,
            }
        )

    @property
    def is_exporting(self) -> bool:
        """Whether a file is being written."""
        return self._exports.in_progress

    def stop(self) -> bool:
        """Stop all exports; False if one did not end in time."""
        return self._exports.stop()

    # The dialog

    def show_export(self, *_: object) -> "ExportDialog":
        """Show the export dialog, and return it."""
        dialog = cast("ExportDialog", self._dialogs.show("export", self._make_dialog))
        dialog.form.layers.choose(self._lab.tools.layers)
        return dialog

    def export_as(self, name: str) -> None:
        """Show the export dialog with the format of that name selected."""
        self.show_export().choose(name)

    def export_film(self) -> None:
        """Show the export dialog with the film of the training selected."""
        dialog = self.show_export()
        dialog.choose("mp4", Content.PLANE if run_config(self._model).makes_points else None)

    def export_walk(self, keys: Keys) -> None:
        """Show the export dialog with the explorer's walk through key pictures selected."""
        self.show_export().choose_walk(keys)

    def _make_dialog(self) -> "ExportDialog":
        from ganstudio.gui.export.dialog import ExportDialog

        return ExportDialog(self._model, self._exports, self._window)

    # Saved at once

    def _export_curves(self) -> None:
        self._curves.files.ask_and_save("csv")

    def _save_picture(self) -> None:
        """Save the grid that is viewed in the run's folder."""
        model = self._model
        if model.folder is None:
            return
        step = model.step if model.viewed_step is None else model.viewed_step
        path = model.folder.path / "pictures" / f"{step:08d}.png"
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            self.failed.emit(Failed(f"{path.parent} cannot be created: {error.strerror or error}."))
            return
        self._samples.saver.save(path)

    @Slot(str)
    def report_saved(self, path: str) -> None:
        """Say that a file was saved, and where."""
        self._notifier.say(f"Saved {path}", ("Show", partial(_open_folder, Path(path).parent)), passing=True)


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
