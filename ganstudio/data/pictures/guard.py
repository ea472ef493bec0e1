"""One kind of error for all that goes wrong while a picture is read."""

import struct
from types import TracebackType

from ganstudio.data.pictures.verdicts import CUT_OFF, EXPORT, PictureError, Verdict
from ganstudio.errors import reason

_ENDS = (struct.error, EOFError, IndexError)  # what Pillow makes SyntaxError of, where a header ends too early
_UNSUPPORTED = ("unknown pixel mode", "unsupported")


class errors_of_pictures:  # noqa: N801  # used as a function; a generator would take longer than to open a small file
    """Turn whatever is raised within a `with` statement into PictureError."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, PictureError) or not isinstance(error, Exception):
            return
        if isinstance(error, MemoryError):
            raise PictureError(Verdict.TOO_LARGE, "there is not enough memory for it") from None
        if isinstance(error, OSError) and error.errno is not None:  # the file's own; those of Pillow have no number
            raise PictureError(Verdict.UNREADABLE, reason(error)) from error
        raise damaged(error) from error  # a broken file raises nearly anything


def damaged(error: Exception) -> PictureError:
    """Return the error that says what an error of Pillow's means; its words are those of programmers."""
    details = reason(error).lower()
    if isinstance(error.__cause__ or error, _ENDS) or "truncated" in details:
        return PictureError(Verdict.BROKEN, CUT_OFF)
    if any(word in details for word in _UNSUPPORTED):
        return PictureError(Verdict.UNSUPPORTED, f"this variant of its format is not read; {EXPORT}")
    return PictureError(Verdict.BROKEN, "it is damaged")
