"""Records of a run for TensorBoard: the tag of each figure, and what becomes of each event."""

import time
from datetime import datetime
from pathlib import Path

import tomli_w

from ganstudio import config as cfg
from ganstudio import images
from ganstudio.events import Event, Marked, Measured, Samples, Started, Tick
from ganstudio.export.event_file import EventFile
from ganstudio.export.pictures import enlarge
from ganstudio.plots.specs import MEASURES, POINT_MEASURES
from ganstudio.runs.folder import RunFolder

TAGS = {  # field of a tick -> tag; what is before the slash is a group of charts
    "d_loss": "loss/D",
    "g_loss": "loss/G",
    "d_loss_max": "loss/D_worst",
    "g_loss_max": "loss/G_worst",
    "d_acc_real": "accuracy/real",
    "d_acc_fake": "accuracy/fake",
    "d_acc": "accuracy/both",
    "d_real": "opinion/D_x",
    "d_fake": "opinion/D_G_z",
    "value": "value/V",
    "augment_p": "augmentation/p",
    "images_per_second": "run/images_per_second",
    "memory": "run/memory_bytes",
    "epoch": "run/epoch",
    "images": "run/images",
}
MEASURE_TAGS = {name: f"quality/{name}" for name in MEASURES}
POINT_MEASURE_TAGS = {name: f"quality/{name}" for name in POINT_MEASURES}
GRID_TAG, SETTINGS_TAG, MARKS_TAG = "samples/fixed_z", "settings", "marks"
_MIN_GRID_SIZE = 512  # pixels of a grid's longer side: TensorBoard itself enlarges with a blur


class RunRecords:
    """Event file of a run, open for writing; closes as a context.

    Parameters
    ----------
    folder
        Folder of the event file.
    run
        The run.

    Raises
    ------
    OSError
        The file cannot be written.
    """

    def __init__(self, folder: Path, run: RunFolder) -> None:
        self._run = run
        self._began = _seconds(run.info.created)
        self._time = self._began  # of the run's newest tick
        self._file = EventFile(folder / f"events.out.tfevents.{int(self._began)}.ganstudio", self._time)

    def __enter__(self) -> "RunRecords":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def count(self) -> int:
        """How many records were written."""
        return self._file.count

    def flush(self) -> None:
        """Write what is buffered, so that a reader sees it."""
        self._file.flush()

    def write(self, event: Event) -> None:
        """Write the records of an event; times are the run's own, without its pauses."""
        if isinstance(event, Tick):
            self._time = self._began + event.seconds
            self._file.add_scalars({tag: getattr(event, name) for name, tag in TAGS.items()}, event.step, self._time)
        elif isinstance(event, Measured):
            figures = {tag: getattr(event, name) for name, tag in (MEASURE_TAGS | POINT_MEASURE_TAGS).items()}
            classes = {f"classes/{number}": fraction for number, fraction in enumerate(event.classes or ())}
            self._file.add_scalars(figures | classes, event.step, self._time)
        elif isinstance(event, Samples):
            sheet = images.tile(event.pictures, self._run.config.output.grid)
            self._file.add_picture(GRID_TAG, enlarge(sheet, 0, _MIN_GRID_SIZE), event.step, self._time)
        elif isinstance(event, Started):
            settings = tomli_w.dumps(cfg.to_dict(event.config))
            self._file.add_text(SETTINGS_TAG, _as_code(settings), event.step, self._time)
        elif isinstance(event, Marked):
            self._file.add_text(MARKS_TAG, f"{event.kind}: {event.text}", event.step, self._time)

    def forget_after(self, step: int) -> None:
        """Have readers drop what was written of later steps: the run was rewound."""
        self._file.drop_from(step + 1, self._time)


def _as_code(text: str) -> str:
    """Return a text as a block of code in Markdown."""
    return "\n".join(f"    {line}" for line in text.split("\n"))


def _seconds(created: str) -> float:
    """Return when a run began, seconds since 1970; now if its run.toml does not say."""
    try:
        return datetime.fromisoformat(created).timestamp()
    except ValueError:
        return time.time()
