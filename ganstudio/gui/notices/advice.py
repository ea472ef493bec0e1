"""What the user can do after an error, named only where the button does just that."""

from ganstudio.events import Failed
from ganstudio.gui.model.run_model import RunModel


def after_failure(model: RunModel, start: str) -> str:
    """Return advice after the open run ended in an error; `start` is the text of the start button."""
    if model.is_busy:
        return ""
    if model.folder is None:
        return f"Press {start} to try again."
    if model.rewind_points:
        return f"Press {start} to resume from step {model.rewind_points[-1]:,}."
    return "New run sets up another one with these settings."  # without a checkpoint this one cannot resume


def after_refusal(failed: Failed, start: str) -> str:
    """Return advice after a run did not start or resume; none while its folder cannot be written."""
    return "" if failed.place else f"Press {start} to try again."
