"""Every dialog that asks for a file or a folder. They begin where a person was last, and do not block."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio import paths
from ganstudio.gui.window_settings import WindowSettings

PICTURES, DOCUMENTS, RUNS = "pictures", "documents", "runs"  # kinds of files, each with a folder of its own
_PLACES = {
    PICTURES: QStandardPaths.StandardLocation.PicturesLocation,
    DOCUMENTS: QStandardPaths.StandardLocation.DocumentsLocation,
}
Take = Callable[[Path], object]


def first_folder(kind: str, memory: WindowSettings | None = None) -> Path:
    """Where a dialog for files of that kind begins: where one was last, else the platform's folder for them."""
    known = (memory or WindowSettings()).folder(kind)
    if known is not None:
        return known
    usual = paths.runs_home() if kind == RUNS else Path(QStandardPaths.writableLocation(_PLACES[kind]))
    return usual if usual.is_dir() else Path.home()


def ask_save(
    parent: QWidget, title: str, name: str, filters: str, take: Take, kind: str = PICTURES, folder: Path | None = None
) -> QFileDialog:
    """Ask where to save; `take` gets the path. `name` is proposed; its ending is added where none is typed.

    folder : where it begins, if not where a file of that kind was saved last.
    """
    dialog = QFileDialog(parent, title, str(folder or first_folder(kind)), filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    return _open(dialog, take, kind)


def ask_open(parent: QWidget, title: str, filters: str, take: Take, kind: str = PICTURES) -> QFileDialog:
    """Ask for a file that is there; `take` gets its path."""
    dialog = QFileDialog(parent, title, str(first_folder(kind)), filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _open(dialog, take, kind)


def ask_run(parent: QWidget, take: Take) -> QFileDialog:
    """Ask for a run: a folder that is entered, the run.toml in it, or a run as one file; `take` gets that."""
    dialog = QFileDialog(parent, "Open run: its folder, or a .ganrun file", str(first_folder(RUNS)))
    dialog.setNameFilters(["Runs (run.toml *.ganrun)", "All files (*)"])
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

    def entered(name: str) -> None:
        if (Path(name) / "run.toml").is_file():
            dialog.fileSelected.emit(str(Path(name) / "run.toml"))
            dialog.close()

    dialog.directoryEntered.connect(entered)
    return _open(dialog, take, RUNS)


def ask_folder(parent: QWidget, title: str, start: Path, take: Take) -> QFileDialog:
    """Ask for a folder, beginning at `start` or the nearest one above it that is there; `take` gets its path."""
    there = next((each for each in (start, *start.parents) if each.is_dir()), Path.home())
    dialog = QFileDialog(parent, title, str(there))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(dialog, take, "")


def _open(dialog: QFileDialog, take: Take, kind: str) -> QFileDialog:
    def chosen(name: str) -> None:
        path, ending = Path(name), dialog.defaultSuffix()
        if ending and not path.suffix:
            path = path.with_name(f"{path.name}.{ending}")  # not every desktop's dialog does
        if kind:
            WindowSettings().remember_folder(kind, path.parent.parent if path.name == "run.toml" else path.parent)
        take(path)

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog
