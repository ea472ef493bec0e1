"""What a person can do after an error, said only where the button does just that."""

from ganstudio.events import Failed
from ganstudio.gui.model.run_model import RunModel


def after_failure(model: RunModel, start: str) -> str:
    """After the open run ended in an error; `start` is the word on the start button."""
    if model.is_busy:
        return ""
    if model.folder is None:
        return f"Press {start} to try again."
    if model.rewind_points:
        return f"{start} continues from step {model.rewind_points[-1]:,}."
    return "New run starts another one with these settings."  # without a checkpoint it cannot go on


def after_refusal(failed: Failed, start: str) -> str:
    """After a run did not begin or go on: as long as its folder cannot be written, it will not."""
    return "" if failed.place else f"Press {start} to try again."
