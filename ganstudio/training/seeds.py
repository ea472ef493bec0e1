"""Independent random streams from one seed, so that a new draw in one place does not shift the others."""

import hashlib

import torch


def number(seed: int, stream: str) -> int:
    """63-bit seed of the named stream."""
    digest = hashlib.sha256(f"{stream}:{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def generator(seed: int, stream: str, device: torch.device | str = "cpu") -> torch.Generator:
    """Random generator of the named stream on `device`."""
    return torch.Generator(device).manual_seed(number(seed, stream))
