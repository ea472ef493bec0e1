"""What became of a file that was looked at, and the error that says why it is no picture for us."""

from enum import StrEnum

from ganstudio.errors import DataError

CUT_OFF = "it is cut off; its end is missing"  # a reason that several places find
EXPORT = "export it as PNG or JPEG"  # what to do


class Verdict(StrEnum):
    """What became of a file: read, or why it was skipped."""

    READ = "read"
    NOT_A_PICTURE = "not a picture"
    UNSUPPORTED = "unsupported format"
    BROKEN = "broken"
    TOO_LARGE = "too large"
    TOO_SMALL = "too small"
    UNREADABLE = "unreadable"
    HIDDEN = "hidden"
    LINK_LOOP = "link loop"
    DUPLICATE_PATH = "duplicate path"
    ENCRYPTED = "encrypted"
    NESTED = "nested archive"
    UNSAFE_PATH = "unsafe path"  # out of the archive
    LABELS = "table of labels"
    LEFT_OUT = "left out"  # without a label, by the user's choice


class PictureError(DataError):
    """A file cannot be read as a picture.

    Parameters
    ----------
    verdict
        The kind of reason.
    why
        The reason for the user, after "... cannot be read as a picture: ", without a full stop.
    """

    def __init__(self, verdict: Verdict, why: str) -> None:
        super().__init__(f"The file cannot be read as a picture: {why}.")
        self.verdict = verdict
        self.why = why

    def named(self, name: str) -> str:
        """Return the sentence with the name of the file."""
        return f"{name} cannot be read as a picture: {self.why}."
