"""Thread that shows what a new run would begin with."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.gui.workers.worker import Worker
from ganstudio.images import Pictures
from ganstudio.process import lower_thread_share
from ganstudio.system import libraries

_PICTURES = 32  # made of noise of the run's seed


@dataclass(frozen=True)
class BeginPreview:
    """What a new run would begin with.

    Parameters
    ----------
    config
        Settings of the run, with the networks of the model.
    title
        Name of the model for users.
    taken
        What of the settings comes from the model, in a sentence; "" if nothing changed.
    counts
        How many tensors were copied, padded, and so on, and how long G waits.
    table
        A line for each tensor, after one of headings.
    pictures
        What the new G makes before its first step.
    """

    config: cfg.RunConfig
    title: str
    taken: str
    counts: str
    table: tuple[str, ...]
    pictures: Pictures


class BeginPreviewThread(Worker):
    """Thread that loads a model and fits it to the networks of a new run; imports torch.

    Parameters
    ----------
    config : RunConfig
        Settings of the new run; `begin.source` names the model.
    home : Path, optional
        Folder of the data sets, if not the usual one.
    parent : QObject, optional
        Qt's parent.
    """

    made = Signal(object)  # BeginPreview

    action = "The model cannot be shown"
    kept = "Nothing was changed."

    def __init__(self, config: cfg.RunConfig, home: Path | None, parent: QObject | None = None) -> None:
        super().__init__("beginPreviewThread", parent)
        self._config, self._home = config, home

    def work(self) -> None:
        """Load the model and make its pictures on the new network."""
        lower_thread_share()
        libraries.load_torch()
        import torch

        from ganstudio.data.points.density_picture import to_pictures
        from ganstudio.runs import begin_from
        from ganstudio.training import beginning, rng, validation

        origin = begin_from.load(self._config.begin.source)
        config = beginning.take_networks(self._config, origin)
        exact = beginning.resolve(config, origin)
        info = catalog.look_up(exact.data.name, self._home)
        if info is not None:
            validation.check_kind(exact, info)
        labels = () if info is None else tuple(info.labels)
        if exact.network.conditional and not exact.network.classes:
            exact = cfg.change(exact, "network.classes", len(labels))
        G, D = beginning.draw(exact)
        made = beginning.prepare(origin, exact, labels, G.state_dict(), D.state_dict())
        if self.is_stopping():
            return
        G.load_state_dict(made.G_ema)
        z, classes = rng.grid_noise(exact, torch.device("cpu"))
        count = len(z) if exact.makes_points else _PICTURES
        with torch.no_grad():
            pictures = to_pictures(G.eval()(z[:count], None if classes is None else classes[:count]), exact)
        words = ", ".join(cfg.describe_change(*change) for change in cfg.differences(self._config, config))
        taken = f"Taken from the model: {words}." if words else ""
        counts, table = begin_from.describe_counts(made), tuple(begin_from.format_table(made))
        self.made.emit(BeginPreview(config, origin.title, taken, counts, table, pictures))
