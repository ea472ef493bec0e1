"""A data set is not here, or its download failed: what to do is asked, and nothing starts by itself."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from ganstudio.data import catalog
from ganstudio.gui.model import downloads
from ganstudio.gui.model.notice import Notice

if TYPE_CHECKING:
    from ganstudio.gui.model.session import Session

_TOPIC = "data"


class MissingData(QObject):
    """Offers downloads for a session, starts the run that waited for one, and asks again where one failed."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session, self._downloads = session, session.downloads
        self._wanted = ""  # data set that a run waits for
        self._downloads.ended.connect(self._ended)

    def offer(self, name: str) -> None:
        """Ask how a run shall begin whose data set is not here."""
        info = catalog.find(name)
        label = f"Download it ({info.download_bytes / 1e6:,.0f} MB)"
        self._ask(f"{info.title} is not on this computer.", (label, partial(self._fetch, name, True)), True)

    def _fetch(self, name: str, to_start: bool) -> None:
        self._wanted = name if to_start else ""
        self._downloads.start(name)

    def _train_built_in(self) -> None:
        info = catalog.find(catalog.BUILT_IN)
        self._session.choose_dataset(info.name)
        self._session.start()

    @Slot(str, str, str)
    def _ended(self, name: str, outcome: str, words: str) -> None:
        model = self._session.model
        waited, self._wanted = self._wanted == name, ""
        waits = waited and not model.busy and model.folder is None and model.config.data.name == name
        if outcome == downloads.FAILED and (waits or not self._downloads.watched):
            self._ask(words.partition("\n")[0], ("Retry", partial(self._fetch, name, waits)), waits)
        elif outcome == downloads.DONE and waits and not self._session.closing:
            self._session.start()
        elif outcome == downloads.DONE and not self._downloads.watched:
            self._session.noticed.emit(Notice(f"{catalog.find(name).title} is ready."))

    def _ask(self, text: str, first: tuple[str, Callable[[], None]], to_start: bool) -> None:
        choices = [first]
        if to_start:
            built_in = catalog.find(catalog.BUILT_IN).title
            choices += [
                (f"Train on the built-in {built_in}", self._train_built_in),
                ("Other data sets…", self._session.datasetsWanted.emit),
            ]
        self._session.noticed.emit(Notice(text, tuple(choices), topic=_TOPIC))
