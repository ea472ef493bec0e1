"""Small colour profiles, made by hand."""

import itertools
import struct

D50 = (0.9642, 1.0, 0.8249)
SRGB_PRIMARIES = ((0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))  # adapted to D50


def rgb_profile(gamma: float, primaries: tuple[tuple[float, float, float], ...] = SRGB_PRIMARIES) -> bytes:
    """A display with those red, green and blue (XYZ)."""
    tags = {
        name: content
        for letter, colour in zip("rgb", primaries, strict=True)
        for name, content in ((f"{letter}XYZ", _xyz(colour)), (f"{letter}TRC", _curve(gamma)))
    }
    return _profile("mntr", "RGB ", "XYZ ", tags | {"wtpt": _xyz(D50)})


def grey_profile(gamma: float) -> bytes:
    return _profile("mntr", "GRAY", "XYZ ", {"kTRC": _curve(gamma), "wtpt": _xyz(D50)})


def cmyk_profile(lightness: tuple[int, int, int, int]) -> bytes:
    """A printer all of whose inks are grey: full ink of each leaves that lightness, 0..255 for L* 0..100."""
    table = []
    for inks in itertools.product((0, 1), repeat=4):
        left = 255.0
        for ink, light in zip(inks, lightness, strict=True):
            left *= light / 255 if ink else 1
        table += [round(left), 128, 128]
    ramp = bytes(range(256))
    identity = struct.pack(">9i", *(65536 if row == column else 0 for row in range(3) for column in range(3)))
    lookup = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + ramp * 4 + bytes(table) + ramp * 3
    return _profile("prtr", "CMYK", "Lab ", {"A2B0": lookup, "wtpt": _xyz(D50)})


def _profile(kind: str, space: str, connection: str, tags: dict[str, bytes]) -> bytes:
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name.encode() + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(">I4sI", start + len(body), bytes(4), 0x02100000) + (kind + space + connection).encode()
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _numbers(D50)
    return header.ljust(128, b"\0") + table + body


def _numbers(values: tuple[float, ...]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(colour: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _numbers(colour)


def _curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
