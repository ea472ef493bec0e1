"""What a file is that bears the name of another: archives, web pages and other things saved in its place."""

_WEB_PAGE = "It is a web page that was saved in place of the file."
_ARCHIVE = "Unpack it, and put the file that is in it here."

_SIGNATURES = (
    (b"PK\x03\x04", f"It is a ZIP archive. {_ARCHIVE}"),
    (b"7z\xbc\xaf\x27\x1c", f"It is a 7-Zip archive. {_ARCHIVE}"),
    (b"Rar!\x1a\x07", f"It is a RAR archive. {_ARCHIVE}"),
    (b"\x1f\x8b", f"It is a gzip archive. {_ARCHIVE}"),
    (b"BZh", f"It is a bzip2 archive. {_ARCHIVE}"),
    (b"\xfd7zXZ\x00", f"It is an xz archive. {_ARCHIVE}"),
    (b"\x28\xb5\x2f\xfd", f"It is a Zstandard archive. {_ARCHIVE}"),
    (b"version https://git-lfs", "It is a pointer of Git LFS, not the file itself: git lfs pull fetches that."),
    (b"\x93NUMPY", "It is a NumPy array."),
    (b"\x89HDF\r\n\x1a\n", "It is an HDF5 file."),
    (b"PAR1", "It is a Parquet file."),
    (b"\x89PNG\r\n\x1a\n", "It is a PNG picture."),
    (b"\xff\xd8\xff", "It is a JPEG picture."),
    (b"%PDF", "It is a PDF document."),
)
START_BYTES = 200  # of a file: enough to tell what it is


def describe(start: bytes) -> str:
    """Return a sentence on what a file is that begins with these bytes, and what to do; "" if that is not known.

    Examples
    --------
    >>> describe(b"<!DOCTYPE html><title>403 Forbidden</title>")
    'It is a web page that was saved in place of the file.'
    """
    for signature, sentence in _SIGNATURES:
        if start.startswith(signature):
            return sentence
    text = start[:START_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")):
        return _WEB_PAGE
    if text and all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in start[:START_BYTES]):
        return "It is a text file."
    return ""
