"""Event file of TensorBoard: the only module that knows its records.

They are written by TensorBoard's own record writer, so that no thread and no torch is needed. Its modules are not
documented as an interface: what of them may change with a version is here.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from ganstudio.images import Pictures, unpremultiply

_VERSION = "brain.Event:2"  # of the file's format: its first record


class EventFile:
    """Event file, open for writing.

    Parameters
    ----------
    path
        The file, which is replaced.
    time
        When its first record is from, seconds since 1970.

    Raises
    ------
    OSError
        The file cannot be written.
    """

    def __init__(self, path: Path, time: float) -> None:
        from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
        from tensorboard.plugins.text import metadata
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._event: Any = event_pb2
        self._summary: Any = summary_pb2
        self._tensor: Any = tensor_pb2
        self._types: Any = types_pb2
        self._text_plugin: Any = metadata
        self._writer = RecordWriter(path.open("wb"))
        self.count = 0  # of records
        self._put(event_pb2.Event(wall_time=time, file_version=_VERSION))

    def close(self) -> None:
        """Write what is buffered, and close the file."""
        self._writer.close()

    def flush(self) -> None:
        """Write what is buffered, so that a reader sees it."""
        self._writer.flush()

    def add_scalars(self, values: Mapping[str, float | None], step: int, time: float) -> None:
        """Add values by their tags; None is left out."""
        known = {tag: value for tag, value in values.items() if value is not None}
        self._add(
            [self._summary.Summary.Value(tag=tag, simple_value=value) for tag, value in known.items()], step, time
        )

    def add_picture(self, tag: str, picture: Pictures, step: int, time: float) -> None:
        """Add a picture (H, W[, C])."""
        buffer = io.BytesIO()
        Image.fromarray(unpremultiply(picture)).save(buffer, "png")
        height, width = picture.shape[:2]
        colours = 1 if picture.ndim == 2 else picture.shape[2]
        image = self._summary.Summary.Image(
            height=height, width=width, colorspace=colours, encoded_image_string=buffer.getvalue()
        )
        self._add([self._summary.Summary.Value(tag=tag, image=image)], step, time)

    def add_text(self, tag: str, markdown: str, step: int, time: float) -> None:
        """Add a text."""
        tensor = self._tensor.TensorProto(dtype=self._types.DT_STRING, string_val=[markdown.encode()])
        metadata = self._text_plugin.create_summary_metadata(display_name=tag, description="")
        self._add([self._summary.Summary.Value(tag=tag, tensor=tensor, metadata=metadata)], step, time)

    def drop_from(self, step: int, time: float) -> None:
        """Have readers drop the records of this step and later ones."""
        restart = self._event.SessionLog(status=self._event.SessionLog.START)
        self._put(self._event.Event(wall_time=time, step=step, session_log=restart))

    def _add(self, values: list[Any], step: int, time: float) -> None:
        if values:
            self._put(self._event.Event(wall_time=time, step=step, summary=self._summary.Summary(value=values)))

    def _put(self, event: Any) -> None:
        self._writer.write(event.SerializeToString())
        self.count += 1
