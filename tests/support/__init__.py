"""What tests of several folders share: small configurations, runs, models, windows."""

import os
from pathlib import Path


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a Python process that imports this package, with one thread."""
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path, **more}
