"""Whether something is at a path that a user typed or a file names: never raises.

`Path.is_file` and its kin raise OSError where a name is too long or a folder may not be looked into, and ValueError for
a null character. To somebody who asks whether a file is there, all of these mean no.
"""

import os
from pathlib import Path


def is_file(path: Path) -> bool:
    """Return whether there is a file, or a link to one, that can be seen."""
    return os.path.isfile(path)  # noqa: PTH113 - see above


def is_folder(path: Path) -> bool:
    """Return whether there is a folder, or a link to one, that can be seen."""
    return os.path.isdir(path)  # noqa: PTH112 - see above


def exists(path: Path) -> bool:
    """Return whether there is anything, not counting a broken link, that can be seen."""
    return os.path.exists(path)  # noqa: PTH110 - see above
