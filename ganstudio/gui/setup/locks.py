"""Why a setting cannot be edited now, for users."""

from ganstudio.events import RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.settings import Setting

FOLLOWED = "Another program is training this run; this window only follows it."
SEVERAL_PROCESSES = "Several processes are training this run; stop it to change its settings."


def explain_lock(setting: Setting, model: RunModel) -> str:
    """Return why a setting cannot be edited now; "" if it can."""
    if model.status == RunStatus.FOLLOWING:
        return FOLLOWED
    if model.folder is None and not model.is_busy:
        return ""
    if model.is_busy and model.config.engine.processes > 1:
        return SEVERAL_PROCESSES
    if setting.live:
        return ""
    if setting.on_resume:
        return f"{setting.why_fixed} Stop the run to change it." if model.is_busy else ""
    if not setting.on_branch:
        return f"{setting.why_fixed} Set up a new run to change it."
    return f"{setting.why_fixed} Click the field to make a branch with another value."


def explain_preset_lock(model: RunModel) -> str:
    """Return why no other preset can be chosen now; "" if one can."""
    if model.status == RunStatus.FOLLOWING:
        return FOLLOWED
    return "Stop the run to choose another preset." if model.is_busy else ""
