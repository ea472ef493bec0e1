"""The records of a TensorBoard event file: what each event of a run becomes.

Written one by one with TensorBoard's own writer, so that no thread and no torch is needed.
"""

import io
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import tomli_w
from PIL import Image

from ganstudio import config as cfg
from ganstudio import images
from ganstudio.events import Event, Marked, Measured, Samples, Started, Tick
from ganstudio.export.pictures import enlarge
from ganstudio.images import Pictures
from ganstudio.runs.folder import RunFolder

# Field of a tick or a measure -> tag; what stands before the slash is a group of charts.
TAGS = {
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
    "images_per_second": "run/images_per_second",
    "memory": "run/memory_bytes",
    "epoch": "run/epoch",
    "images": "run/images",
}
MEASURES = {name: f"quality/{name}" for name in ("fcd", "precision", "recall", "density", "coverage", "kl", "sure")}
GRID, SETTINGS, MARKS = "samples/fixed_z", "settings", "marks"  # tags
_VERSION = "brain.Event:2"  # of the file's format: its first record
_LONGEST = 512  # pixels of a grid's side: TensorBoard itself enlarges with a blur


class Records:
    """An event file in a folder, open for writing; closes as a context. Raises OSError."""

    def __init__(self, folder: Path, run: RunFolder) -> None:
        from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
        from tensorboard.plugins.text import metadata
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._event: Any = event_pb2
        self._summary: Any = summary_pb2
        self._tensor: Any = tensor_pb2
        self._types: Any = types_pb2
        self._text: Any = metadata
        self._run = run
        self._begun = _seconds(run.info.created)
        self._now = self._begun  # when the run came to where the records are
        self.count = 0
        self._file = RecordWriter((folder / f"events.out.tfevents.{int(self._begun)}.ganstudio").open("wb"))
        self._put(self._event.Event(wall_time=self._now, file_version=_VERSION))

    def __enter__(self) -> "Records":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def flush(self) -> None:
        """Let a reader see all that was written."""
        self._file.flush()

    def write(self, event: Event) -> None:
        """Write what a reader of curves wants of the event; times are the run's own, without its pauses."""
        if isinstance(event, Tick):
            self._now = self._begun + event.seconds
            self._scalars(event.step, {tag: getattr(event, name) for name, tag in TAGS.items()})
        elif isinstance(event, Measured):
            shares = {f"classes/{number}": share for number, share in enumerate(event.classes or ())}
            self._scalars(event.step, {tag: getattr(event, name) for name, tag in MEASURES.items()} | shares)
        elif isinstance(event, Samples):
            sheet = images.tile(event.pictures, self._run.config.output.grid)
            self._values(event.step, [self._picture(GRID, enlarge(sheet, 0, _LONGEST))])
        elif isinstance(event, Started):
            settings = tomli_w.dumps(cfg.to_dict(event.config))
            self._values(event.step, [self._words(SETTINGS, f"    {settings.replace(chr(10), chr(10) + '    ')}")])
        elif isinstance(event, Marked):
            self._values(event.step, [self._words(MARKS, f"{event.kind}: {event.text}")])

    def forget_after(self, step: int) -> None:
        """Have readers drop what was written of later steps: the run went back."""
        restart = self._event.SessionLog(status=self._event.SessionLog.START)
        self._put(self._event.Event(wall_time=self._now, step=step + 1, session_log=restart))

    def _scalars(self, step: int, values: dict[str, float | None]) -> None:
        known = {tag: value for tag, value in values.items() if value is not None}
        self._values(step, [self._summary.Summary.Value(tag=tag, simple_value=value) for tag, value in known.items()])

    def _picture(self, tag: str, picture: Pictures) -> Any:
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "png")
        height, width = picture.shape[:2]
        image = self._summary.Summary.Image(
            height=height, width=width, colorspace=1 if picture.ndim == 2 else 3, encoded_image_string=buffer.getvalue()
        )
        return self._summary.Summary.Value(tag=tag, image=image)

    def _words(self, tag: str, markdown: str) -> Any:
        text = self._tensor.TensorProto(dtype=self._types.DT_STRING, string_val=[markdown.encode()])
        about = self._text.create_summary_metadata(display_name=tag, description="")
        return self._summary.Summary.Value(tag=tag, tensor=text, metadata=about)

    def _values(self, step: int, values: list[Any]) -> None:
        if values:
            summary = self._summary.Summary(value=values)
            self._put(self._event.Event(wall_time=self._now, step=step, summary=summary))

    def _put(self, event: Any) -> None:
        self._file.write(event.SerializeToString())
        self.count += 1


def _seconds(created: str) -> float:
    """When a run began; now, where its run.toml does not say."""
    try:
        return datetime.fromisoformat(created).timestamp()
    except ValueError:
        return time.time()
