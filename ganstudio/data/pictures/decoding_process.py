"""The process that decodes pictures for an import, as a child of the program: what it is sent, and what it answers.

It imports neither Qt nor torch. Messages are lengths and msgpack, so that a file that takes over a decoder can send the
program no objects. It ends as soon as nobody can send it anything.
"""

import os
import queue
import traceback
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ganstudio import process
from ganstudio.data.pictures.folders import FolderSource
from ganstudio.data.pictures.making import Made, make, no_memory, skip
from ganstudio.data.pictures.outcome import Outcome
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.sources import Source
from ganstudio.data.pictures.verdicts import PictureError
from ganstudio.system import child_process
from ganstudio.system.child_process import receive, say_ready, send, take_messages, take_pipes

PIPE_BYTES = 1 << 20  # that are written or read at a time
_KEPT_REQUEST_BYTES = 32 << 20  # that are served from memory that was used before: many pictures, but not the largest
_KEPT_FREE_BYTES = 64 << 20


@dataclass(frozen=True)
class Beginning:
    """What a process is told first.

    Parameters
    ----------
    recipe
        Of all pictures, as a mapping.
    folder
        Where they lie, as the system spells it; None if their content is sent.
    """

    recipe: dict[str, Any]
    folder: bytes | None


@dataclass(frozen=True)
class Item:
    """A file to decode.

    Parameters
    ----------
    path
        Below the folder, as the system spells it.
    content
        None if it is read from there.
    former_crc32
        Of the content that an earlier version has the picture of; None if it has none.
    """

    path: bytes
    content: bytes | None = None
    former_crc32: int | None = None


@dataclass(frozen=True)
class Task:
    """Files to decode, in order."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Answer:
    """What became of the files of a task, in order; the pixels of those that were read follow.

    Parameters
    ----------
    outcomes
        None of a file whose content is that of the earlier version.
    failure
        The error of the program, if there was one.
    """

    outcomes: tuple[Outcome | None, ...] = field(default=())
    failure: str = ""


def main() -> None:
    """Decode what is sent on standard input, until that ends."""
    requests, answers = take_pipes(PIPE_BYTES)
    process.keep_freed_memory(_KEPT_REQUEST_BYTES, _KEPT_FREE_BYTES)
    beginning = receive(requests, Beginning)
    recipe = Recipe.from_mapping(beginning.recipe)
    source = None if beginning.folder is None else FolderSource(Path(os.fsdecode(beginning.folder)))
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    take_messages(requests, Task, tasks.put)
    try:
        say_ready(answers)
        while True:
            _answer(answers, tasks.get(), recipe, source)
    except OSError:  # nobody reads it
        os._exit(0)


def _answer(answers: BinaryIO, task: Task, recipe: Recipe, source: Source | None) -> None:
    try:
        made = [_make(item, recipe, source) for item in task.items]
    except Exception:
        send(answers, Answer(failure=traceback.format_exc()))
        return
    outcomes = tuple(None if each is None else each.outcome for each in made)
    pixels = (np.ascontiguousarray(each.pixels).data for each in made if each is not None and each.pixels is not None)
    send(answers, Answer(outcomes), pixels)


def _make(item: Item, recipe: Recipe, source: Source | None) -> Made | None:
    try:
        content = source.read(os.fsdecode(item.path)) if item.content is None and source else item.content or b""
    except PictureError as error:
        return skip(error)
    except MemoryError:
        return skip(no_memory())
    crc32 = zlib.crc32(content)
    return None if crc32 == item.former_crc32 else make(content, recipe, crc32)


def command() -> list[str] | None:
    """Return the command that starts such a process; None where the program is not run by a Python of its own."""
    return child_process.command(__name__)
