"""Pictures that are nearly the same: copies in other formats and sizes, frames of a film, the same photo twice."""

import numpy as np
import numpy.typing as npt
from PIL import Image

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

SIDE = 8  # of the small picture that is compared
THUMB_BYTES = SIDE * (SIDE + 1)
MAX_BITS = 3  # of 64 in which near-duplicates differ
MAX_MEAN, MAX_DIFFERENCE = 4, 24  # of 255, between their small pictures: on average, and anywhere
_NEIGHBOURS = 8  # in each of the orders in which near-duplicates lie close together
_BANDS = 4  # at least one of which is equal if at most three bits differ


def shrink(pixels: Bytes) -> Bytes:
    """Return a picture (H, W, C) as a small grey one, (72,), to be compared with others."""
    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels[..., :3])
    grey = image.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    return np.frombuffer(grey.tobytes(), np.uint8)


def group(thumbs: Bytes) -> Ints:
    """Group near-duplicates.

    Parameters
    ----------
    thumbs
        (N, 72), what `shrink` made.

    Returns
    -------
    numpy.ndarray
        (N,): the number of the first picture of its group, for each; its own number if there is no other.
    """
    first = np.arange(len(thumbs))
    if len(thumbs) < 2:
        return first
    hashes = _hash(thumbs)
    pairs = [_close_pairs(hashes, thumbs, band) for band in range(_BANDS)]
    for one, other in np.concatenate(pairs):
        one, other = _root(first, int(one)), _root(first, int(other))
        first[max(one, other)] = min(one, other)
    return np.array([_root(first, number) for number in range(len(first))])


def _hash(thumbs: Bytes) -> npt.NDArray[np.uint64]:
    """Return 64 bits for each: whether a pixel is brighter than its left neighbour."""
    small = thumbs.reshape(-1, SIDE, SIDE + 1)
    bits = (small[..., 1:] > small[..., :-1]).reshape(len(thumbs), -1)
    return np.packbits(bits, axis=1).view(np.uint64)[:, 0]


def _close_pairs(hashes: npt.NDArray[np.uint64], thumbs: Bytes, band: int) -> Ints:
    """Return near-duplicates (M, 2) among those that are neighbours if sorted by a part of their hashes first."""
    turned = np.roll(hashes.view(np.uint8).reshape(-1, 8), 2 * band, axis=1).copy().view(">u8")[:, 0]
    order = np.lexsort((thumbs.astype(np.int32).sum(axis=1), turned))
    found = []
    for distance in range(1, min(_NEIGHBOURS, len(order) - 1) + 1):
        one, other = order[:-distance], order[distance:]
        near = np.bitwise_count(hashes[one] ^ hashes[other]) <= MAX_BITS
        one, other = one[near], other[near]
        difference = np.abs(thumbs[one].astype(np.int16) - thumbs[other])
        alike = (difference.mean(axis=1) <= MAX_MEAN) & (difference.max(axis=1, initial=0) <= MAX_DIFFERENCE)
        found.append(np.stack([one[alike], other[alike]], axis=1))
    return np.concatenate(found)


def _root(first: Ints, number: int) -> int:
    while first[number] != number:
        first[number] = first[first[number]]
        number = int(first[number])
    return number
