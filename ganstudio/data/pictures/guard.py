"""One kind of error for all that goes wrong while a picture is read."""

from collections.abc import Iterator
from contextlib import contextmanager

from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.errors import reason


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
        raise _broken(error) from error
    except Exception as error:  # a broken file raises nearly anything
        raise _broken(error) from error


def _broken(error: Exception) -> PictureError:
    if "truncated" in str(error).lower():
        return PictureError(Verdict.BROKEN, "it is cut off; its end is missing")
    return PictureError(Verdict.BROKEN, f"it is damaged ({reason(error)})")
