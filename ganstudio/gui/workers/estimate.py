"""Thread that finds out what a run takes."""

from PySide6.QtCore import QObject, Signal

from ganstudio import process
from ganstudio.config import RunConfig
from ganstudio.data.dataset import DatasetInfo
from ganstudio.gui.workers.worker import Worker
from ganstudio.system import libraries


class EstimateThread(Worker):
    """Thread that estimates memory and time of a run, and what needs less memory where there is too little.

    Parameters
    ----------
    config : RunConfig
        Settings of the run.
    info : DatasetInfo
        Its data set.
    ran_out : bool
        Whether memory ran out already: nothing is measured, and ways to need less are listed in any case.
    parent : QObject, optional
        Qt's parent.
    """

    estimated = Signal(object, object, object)  # RunConfig, Estimate, list[tuple[Option, Estimate]]

    action = "What the run takes could not be estimated"
    kept = "It can be started all the same."

    def __init__(
        self, config: RunConfig, info: DatasetInfo, ran_out: bool = False, parent: QObject | None = None
    ) -> None:
        super().__init__("estimateThread", parent)
        self._config, self._info, self._ran_out = config, info, ran_out

    def work(self) -> None:
        """Estimate."""
        libraries.load_torch()
        process.lower_thread_priority()
        process.keep_freed_memory()  # what is measured is then as fast as training
        with process.brief_turns():
            from ganstudio.training.estimates.estimate import estimate
            from ganstudio.training.estimates.options import list_options

            found = estimate(self._config, self._info, not self._ran_out, self.should_stop)
            wanted = (self._ran_out or not found.fits) and not self.is_stopping()
            options = list_options(found, self._info, self.should_stop) if wanted else []
        process.release_free_memory()
        self.estimated.emit(self._config, found, options)
