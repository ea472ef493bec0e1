"""Dialogs that ask for a file or a folder. They start in the folder used last, and do not block.

Where Qt draws them itself they look as the last one was left: its columns, bookmarks and view.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio.errors import InputError
from ganstudio.export.files import with_ending
from ganstudio.gui.dialogs.dialog_settings import DialogSettings
from ganstudio.system import paths
from ganstudio.system.existence import exists, is_file, is_folder
from ganstudio.system.homes import home_or_root

PICTURES, DOCUMENTS, RUNS = "pictures", "documents", "runs"  # kinds of files, each with a folder of its own
_PLACES = {
    PICTURES: QStandardPaths.StandardLocation.PicturesLocation,
    DOCUMENTS: QStandardPaths.StandardLocation.DocumentsLocation,
}
Callback = Callable[[Path], object]


def first_folder(kind: str) -> Path:
    """Return where a dialog for files of that kind starts: the folder used last, else the platform's for them."""
    known = DialogSettings().folder(kind)
    if known is not None:
        return known
    with contextlib.suppress(InputError):  # of a user without a home
        default = paths.runs_home() if kind == RUNS else Path(QStandardPaths.writableLocation(_PLACES[kind]))
        if is_folder(default):
            return default
    return home_or_root()


def ask_save(
    parent: QWidget,
    title: str,
    name: str,
    filters: str,
    callback: Callback,
    kind: str = PICTURES,
    folder: Path | None = None,
) -> QFileDialog:
    """Ask where to save a file.

    Parameters
    ----------
    parent
        The dialog's parent.
    title
        Title of the dialog.
    name
        Proposed file name; its ending is added where the user types none.
    filters
        Qt's name filters.
    callback
        Called with the path.
    kind
        Kind of file, whose last folder is remembered.
    folder
        Where the dialog starts; None: where a file of that kind was saved last.
    """
    dialog = _make(parent, title, folder or first_folder(kind), filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)

    def save(path: Path) -> None:
        whole = with_ending(path, f".{dialog.defaultSuffix()}" if dialog.defaultSuffix() else "")
        if whole != path and exists(whole):  # the dialog has asked about another name only
            ask_save(parent, title, whole.name, filters, callback, kind, whole.parent)
        else:
            callback(whole)

    return _open(dialog, save, kind)


def ask_open(parent: QWidget, title: str, filters: str, callback: Callback, kind: str = PICTURES) -> QFileDialog:
    """Ask for an existing file; `callback` is called with its path."""
    dialog = _make(parent, title, first_folder(kind), filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _open(dialog, callback, kind)


def ask_run(parent: QWidget, callback: Callback) -> QFileDialog:
    """Ask for a run: a folder that is entered, the run.toml in it, or a .ganrun file; `callback` is called with it."""
    dialog = _make(parent, "Open run: its folder, or a .ganrun file", first_folder(RUNS))
    dialog.setNameFilters(["Runs (run.toml *.ganrun)", "All files (*)"])
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

    def accept_entered(name: str) -> None:
        if is_file(Path(name) / "run.toml"):
            dialog.fileSelected.emit(str(Path(name) / "run.toml"))
            dialog.close()

    dialog.directoryEntered.connect(accept_entered)
    return _open(dialog, callback, RUNS)


def ask_folder(parent: QWidget, title: str, start: Path, callback: Callback) -> QFileDialog:
    """Ask for a folder, starting at `start` or its nearest existing parent; `callback` is called with its path."""
    existing = next((folder for folder in (start, *start.parents) if is_folder(folder)), home_or_root())
    dialog = _make(parent, title, existing)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(dialog, callback, "")


def dragged_path(data: QMimeData) -> Path | None:
    """Return the file or folder that is dragged, if it is a single local one."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def dragged_selection(data: QMimeData) -> tuple[Path, tuple[str, ...]] | None:
    """Return what is dragged as one source of pictures: a path, and names in it if several are dragged from one folder.

    None if there is none, something is not on this computer, or they lie in several folders.
    """
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if not paths or len(paths) < len(data.urls()) or len({path.parent for path in paths}) > 1:
        return None
    return (paths[0], ()) if len(paths) == 1 else (paths[0].parent, tuple(path.name for path in paths))


def _make(parent: QWidget, title: str, folder: Path, filters: str = "") -> QFileDialog:
    dialog = QFileDialog(parent, title, filter=filters)
    look = DialogSettings().file_look
    if not look.isEmpty():
        dialog.restoreState(look)
    dialog.setDirectory(str(folder))  # after the look, to which a folder belongs
    return dialog


def _open(dialog: QFileDialog, callback: Callback, kind: str) -> QFileDialog:
    def accept(name: str) -> None:
        path = Path(name)
        if kind:
            DialogSettings().remember_folder(kind, path.parent.parent if path.name == "run.toml" else path.parent)
        callback(path)

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(accept)
    dialog.finished.connect(lambda: DialogSettings().remember_file_look(dialog.saveState()))
    dialog.open()
    return dialog
