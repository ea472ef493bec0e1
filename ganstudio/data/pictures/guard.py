"""One kind of error for all that goes wrong while a picture is read."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from ganstudio.data.pictures.verdicts import CUT_OFF, EXPORT, PictureError, Verdict
from ganstudio.errors import reason

_ENDS = (struct.error, EOFError, IndexError)  # what Pillow makes SyntaxError of, where a header ends too early
_UNSUPPORTED = ("unknown pixel mode", "unsupported")


@contextmanager
def errors_of_pictures() -> Iterator[None]:
    """Turn whatever is raised within into PictureError."""
    try:
        yield
    except PictureError:
        raise
    except MemoryError:
        raise PictureError(Verdict.TOO_LARGE, "there is not enough memory for it") from None
    except OSError as error:
        if error.errno is not None:  # the file's own error; those of Pillow have no number
            raise PictureError(Verdict.UNREADABLE, reason(error)) from error
        raise damaged(error) from error
    except Exception as error:  # a broken file raises nearly anything
        raise damaged(error) from error


def damaged(error: Exception) -> PictureError:
    """Return the error that says what an error of Pillow's means; its words are those of programmers."""
    details = reason(error).lower()
    if isinstance(error.__cause__ or error, _ENDS) or "truncated" in details:
        return PictureError(Verdict.BROKEN, CUT_OFF)
    if any(word in details for word in _UNSUPPORTED):
        return PictureError(Verdict.UNSUPPORTED, f"this variant of its format is not read; {EXPORT}")
    return PictureError(Verdict.BROKEN, "it is damaged")
