"""A look at pictures before they are imported: the threads that scan a source and make previews of it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.data.pictures.recipe import Recipe
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.workers.picture_preview import Cost, PreviewThread, Shown
from ganstudio.gui.workers.picture_scan import Found, FoundLabels, ScanThread


class PictureLook(QObject):
    """What is known of one source at a time; answers about an earlier one, or by an earlier recipe, are dropped.

    Parameters
    ----------
    threads
        Runs the threads.
    home
        The data folder; None: the usual one.
    parent
        Qt's parent.
    """

    progressed = Signal(object, object)  # files that were looked at, and all
    foundSource = Signal(object)  # Found
    ended = Signal(object)  # Failed, or None if it was called off: nothing was found
    shown = Signal(object)  # Shown
    costed = Signal(object)  # Cost
    labelled = Signal(object)  # FoundLabels
    failed = Signal(object)  # Failed: an error in a preview that nobody expected

    def __init__(self, threads: RunThreads, home: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads = threads
        self._home = home
        self._scan: ScanThread | None = None
        self._preview: PreviewThread | None = None
        self._recipe: Recipe | None = None
        self._wanted = ""
        self.found: Found | None = None

    def look(self, path: Path, chosen: Sequence[str] = ()) -> None:
        """Look at another source; if some are `chosen`, only at the files and folders of these names in it."""
        self.forget()
        self._scan = thread = ScanThread(path, self._home, chosen)
        thread.progressed.connect(self._scan_progressed)
        thread.done.connect(self._scan_done)
        thread.refused.connect(self._scan_failed)
        thread.failed.connect(self._scan_failed)
        thread.cancelled.connect(self._scan_cancelled)
        self._threads.launch(thread)

    def cancel(self) -> None:
        """Call the look at a source off."""
        if self._scan is not None:
            self._scan.request_stop()

    def forget(self) -> None:
        """Stop looking at what was named before."""
        for thread in (self._scan, self._preview):
            if thread is not None:
                thread.request_stop()  # the preview's then closes the source
        self._scan = self._preview = None
        self.found = self._recipe = None

    def request(self, recipe: Recipe) -> bool:
        """Have the examples made by that recipe, and what an import by it costs; return False if they were already."""
        if self._preview is None or recipe == self._recipe:
            return False
        self._recipe = recipe
        self._preview.request(recipe)
        return True

    def request_labels(self, wanted: str) -> None:
        """Have labels looked for: "auto", "none", or in the table of that path."""
        self._wanted = wanted
        if self._preview is not None:
            self._preview.request_labels(wanted)

    @Slot(object, object)
    def _scan_progressed(self, done: int, total: int) -> None:
        if self.sender() is self._scan:
            self.progressed.emit(done, total)

    @Slot(object)
    def _scan_done(self, found: Found) -> None:
        if self.sender() is not self._scan or self._threads.is_closing:
            found.source.close()
            return
        self._scan = None
        self.found = found
        self._preview = thread = PreviewThread(found)
        thread.shown.connect(self._show)
        thread.costed.connect(self._cost)
        thread.labelled.connect(self._label)
        thread.failed.connect(self.failed)
        thread.refused.connect(self.failed)
        self._threads.launch(thread)
        self.foundSource.emit(found)

    @Slot(object)
    def _scan_failed(self, failed: object) -> None:
        if self.sender() is self._scan:
            self._scan = None
            self.ended.emit(failed)

    @Slot()
    def _scan_cancelled(self) -> None:
        if self.sender() is self._scan:
            self._scan = None
            self.ended.emit(None)

    @Slot(object)
    def _show(self, shown: Shown) -> None:
        if self.sender() is self._preview and shown.recipe == self._recipe:
            self.shown.emit(shown)

    @Slot(object)
    def _cost(self, cost: Cost) -> None:
        if self.sender() is self._preview and cost.recipe == self._recipe:
            self.costed.emit(cost)

    @Slot(object)
    def _label(self, found: FoundLabels) -> None:
        if self.sender() is self._preview and found.wanted == self._wanted:
            self.labelled.emit(found)
