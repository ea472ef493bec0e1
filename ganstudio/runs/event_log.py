"""What a run tells that belongs in the log: how it ended, warnings, errors."""

from ganstudio.events import Event, Failed, Finished, Marked, MarkKind
from ganstudio.system.log_file import LOGGER


def record(event: Event) -> None:
    """Log an event if it is a warning, an error or the end of the run."""
    match event:
        case Marked(kind=MarkKind.WARNING):
            LOGGER.warning("step %d: %s", event.step, event.text)
        case Failed():
            LOGGER.error("%s %s\n%s", event.message, event.kept, event.details)
        case Finished():
            LOGGER.info("training ends at step %d: %s", event.step, event.reason)
