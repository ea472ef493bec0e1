"""Questions about a data set that is missing, or whose download failed. Nothing starts by itself."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.data import catalog
from ganstudio.events import Failed
from ganstudio.gui.model.dataset_work import Outcome
from ganstudio.gui.model.notice import Choice
from ganstudio.gui.model.session import Session

_TOPIC = "data"


class MissingData(QObject):
    """Offers downloads, starts the run that waited for one, and asks again where one failed."""

    datasetsRequested = Signal()  # the user wants to choose among all data sets

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent or session)
        self._session = session
        self._downloads = session.downloads
        self._notifier = session.notifier
        self._awaited = ""  # data set that a run waits for
        self._downloads.ended.connect(self._download_ended)
        session.training.dataMissing.connect(self.offer)

    @Slot(str)
    def offer(self, name: str) -> None:
        """Ask how to start a run whose data set is not on this computer."""
        info = catalog.find(name)
        label = f"Download it ({info.download_bytes / 1e6:,.0f} MB)"
        self._ask(f"{info.title} is not on this computer.", (label, partial(self._download, name, True)), True)

    def _download(self, name: str, to_start: bool) -> None:
        self._awaited = name if to_start else ""
        self._downloads.start(name)

    def _train_built_in(self) -> None:
        info = catalog.find(catalog.BUILT_IN)
        self._session.settings.choose_dataset(info.name)
        self._session.training.start()

    @Slot(str, str, object)
    def _download_ended(self, name: str, outcome: str, failed: Failed | None) -> None:
        model = self._session.model
        was_awaited = self._awaited == name
        self._awaited = ""
        run_waits = was_awaited and not model.is_busy and model.folder is None and model.config.data.name == name
        if failed is not None and (run_waits or not self._downloads.is_watched):
            self._ask(failed.message, ("Retry", partial(self._download, name, run_waits)), run_waits)
        elif outcome == Outcome.DONE and run_waits and not self._session.threads.is_closing:
            self._session.training.start()
        elif outcome == Outcome.DONE and not self._downloads.is_watched:
            self._notifier.say(f"{catalog.find(name).title} is ready.")

    def _ask(self, text: str, first: Choice, to_start: bool) -> None:
        choices = [first]
        if to_start:
            built_in = catalog.find(catalog.BUILT_IN).title
            choices += [
                (f"Train on the built-in {built_in}", self._train_built_in),
                ("Other data sets…", self.datasetsRequested.emit),
            ]
        self._notifier.say(text, *choices, topic=_TOPIC)
