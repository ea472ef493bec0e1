"""Events that come together, split so that what many of them hold is announced once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ganstudio.events import Event, Samples, Saved, SavedKind, Tick


@dataclass
class EventBatch:
    """Events between two others, and the one that follows them.

    Parameters
    ----------
    ticks
        Rows of the history, in the order of their steps.
    pictures
        Grids and snapshots, in their order.
    other
        The event that follows; None at the end.
    """

    ticks: list[Tick] = field(default_factory=list)
    pictures: list[Samples | Saved] = field(default_factory=list)
    other: Event | None = None


def split(events: Iterable[Event]) -> Iterator[EventBatch]:
    """Yield the events in batches; each ends with an event of another kind, or with a row of an earlier step."""
    batch = EventBatch()
    for event in events:
        if isinstance(event, Tick) and (not batch.ticks or event.step >= batch.ticks[-1].step):
            batch.ticks.append(event)
        elif isinstance(event, Samples) or (isinstance(event, Saved) and event.kind == SavedKind.SNAPSHOT):
            batch.pictures.append(event)
        else:
            batch.other = event
            yield batch
            batch = EventBatch()
    yield batch
