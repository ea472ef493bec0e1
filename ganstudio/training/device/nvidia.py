"""NVIDIA cards that this build of PyTorch cannot use: pip brings a build without CUDA on Windows."""

import shutil
import subprocess
from functools import cache

import torch

from ganstudio.system import installing

_ASK_SECONDS = 10.0  # for the driver to answer
_INDEX = "https://download.pytorch.org/whl/cu126"  # the build that takes the most kinds of cards
_MAX_NAMES = 3  # of cards in a sentence


@cache
def advice() -> str:
    """Return a sentence if there is a card and PyTorch cannot use it, with what to do; "" if all is as it should be."""
    if torch.cuda.is_available():
        return ""
    found = cards()
    if not found:
        return ""
    names = ", ".join(found[:_MAX_NAMES])
    if torch.version.cuda is None:
        command = installing.of_packages(["torch", "torchvision"], "--force-reinstall", "--index-url", _INDEX)
        why = f"this PyTorch ({torch.__version__}) is built without CUDA, so it trains on the CPU"
        return f"There is an NVIDIA card ({names}), and {why}. To get one with CUDA: {command}"
    why = f"this PyTorch, built for CUDA {torch.version.cuda}, cannot use it"
    return f"There is an NVIDIA card ({names}), and {why}. Its driver may be too old; nvidia-smi shows the version."


def cards() -> list[str]:
    """Return the names of the NVIDIA cards that the driver knows; none if there is no driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    query = [program, "--query-gpu=name", "--format=csv,noheader"]
    try:
        asked = subprocess.run(query, capture_output=True, text=True, errors="replace", timeout=_ASK_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return []
    return [name.strip() for name in asked.stdout.splitlines() if name.strip()] if asked.returncode == 0 else []
