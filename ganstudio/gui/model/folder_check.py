"""Whether the folder of the open run still holds it: other programs delete, rename and replace folders."""

from ganstudio.errors import RunError
from ganstudio.runs.folder import RunFolder
from ganstudio.system.existence import is_folder


def find_problem(run: RunFolder) -> str:
    """Return why the folder of a run no longer holds it, and what to do, in sentences; "" if it does."""
    if not is_folder(run.path):
        return (
            f"The folder of this run is gone: {run.path}. It was deleted, renamed or moved, or its disk is not "
            "connected. If it is elsewhere, open it from there."
        )
    try:
        found = RunFolder.open(run.path)
    except RunError as error:
        return f"The folder of this run no longer holds it. {error}"
    if (found.info.created, found.info.seed) != (run.info.created, run.info.seed):
        return f"{run.path} holds another run than the one that is shown. If that one is elsewhere, open it from there."
    return ""
