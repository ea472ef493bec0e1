"""Models that come with the program."""

from pathlib import Path

from ganstudio.system import paths

NAMES = ("mnist", "mnist-conditional")


def path_of(name: str) -> Path:
    """Return the file of a bundled model, which may be missing."""
    return paths.resources() / "pretrained" / f"{name}.safetensors"
