"""Which data sets are on this computer, looked up once: the GUI thread asks at every edit, and a disk may be slow."""

from pathlib import Path

from ganstudio.data import catalog
from ganstudio.data.catalog import DatasetInfo, DatasetState
from ganstudio.errors import DataError


class DatasetStates:
    """States of data sets by name.

    Parameters
    ----------
    home
        The data folder; None: the usual one.
    """

    def __init__(self, home: Path | None) -> None:
        self._home = home
        self._states: dict[str, DatasetState] = {}

    def look_up(self, name: str) -> DatasetInfo | None:
        """Return a data set by its name; None if it is not known on this computer."""
        try:
            return self[name].info
        except DataError:
            return None

    def __getitem__(self, name: str) -> DatasetState:
        if name not in self._states:
            self._states[name] = catalog.state(name, self._home)
        return self._states[name]

    def forget(self) -> None:
        """Look again from now on: files may have come or gone."""
        self._states.clear()
