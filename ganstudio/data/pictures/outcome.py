"""What became of a file that was decoded, as an import stores it."""

from dataclasses import dataclass

from ganstudio.data.pictures.likeness import THUMB_BYTES
from ganstudio.data.pictures.verdicts import Verdict

DIGEST_BYTES = 16  # of the hash of a picture's pixels


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file that was decoded.

    Parameters
    ----------
    crc32
        Of the file's content.
    verdict, why
        READ, or why it was skipped.
    box
        What was taken of the upright picture.
    enlarged
        Whether it was enlarged.
    notes
        As of `decode.Prepared`.
    digest
        Hash of the pixels.
    thumb
        Small picture, to find near-duplicates.
    """

    crc32: int
    verdict: Verdict = Verdict.READ
    why: str = ""
    box: tuple[int, int, int, int] = (0, 0, 0, 0)
    enlarged: bool = False
    notes: tuple[str, ...] = ()
    digest: bytes = bytes(DIGEST_BYTES)
    thumb: bytes = bytes(THUMB_BYTES)
