"""How learning rates go on during a run."""

import math


def factor(decay: str, progress: float) -> float:
    """What both learning rates are multiplied with, 1..0.

    Parameters
    ----------
    decay
        "constant", "linear" or "cosine" (Loshchilov & Hutter 2017, equation 5, without restarts).
    progress
        Share of the run that is done; taken as 0 below 0 and as 1 above 1.
    """
    p = min(max(progress, 0.0), 1.0)
    return {"constant": 1.0, "linear": 1.0 - p, "cosine": (1.0 + math.cos(math.pi * p)) / 2}[decay]
