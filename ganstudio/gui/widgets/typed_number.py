"""Numbers as people type and paste them: with the digits and separators of any country, and no guess at a thousand."""

import re
import unicodedata

_MINUS = dict.fromkeys(map(ord, "\N{MINUS SIGN}\N{EN DASH}\N{SMALL HYPHEN-MINUS}"), "-")
_GROUPING = dict.fromkeys(map(ord, "'\N{RIGHT SINGLE QUOTATION MARK}\N{ARABIC THOUSANDS SEPARATOR}\N{LOW LINE}"), " ")
_DECIMAL = {ord("\N{ARABIC DECIMAL SEPARATOR}"): ";"}  # a point that is nothing else
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<body>[0-9.,; ]*[0-9][0-9.,; ]*)(?:[eE](?P<power>[+-]?[0-9]{1,3}))?")
_MAY_BECOME_ONE = re.compile(r"[0-9.,; eE+-]*")


class AmbiguousNumberError(ValueError):
    """A text such as "1,000" that is a thousand to some and one to others."""

    def __init__(self, text: str, thousands: str, fraction: str) -> None:
        super().__init__(f"{text} can be read in two ways. Type {thousands} or {fraction}.")


def read_number(text: str, whole: bool = False, point: str = ".") -> float:
    """Return the number that a text is.

    Parameters
    ----------
    text
        What was typed.
    whole
        Whether it is a whole number, whose thousands the program itself separates by commas.
    point
        What separates the decimals on this computer. Where it is a comma, "1.000" may be a thousand.

    Raises
    ------
    AmbiguousNumberError
        It can be read in two ways.
    ValueError
        It is no number.
    """
    found = _NUMBER.fullmatch(_plain(text))
    if found is None:
        raise ValueError(f"{text} is no number.")
    sign, power = found["sign"], found["power"]
    digits = _without_groups(text, found["body"], whole, point if power is None else ".")
    return float(f"{sign}{digits}e{power or 0}")


def may_become_number(text: str) -> bool:
    """Return whether a number may begin like that."""
    return _MAY_BECOME_ONE.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    """Return a text with our digits, minus signs and spaces."""
    if any(unicodedata.category(letter) == "No" for letter in text):
        return "?"  # 10² is not 102
    text = unicodedata.normalize("NFKC", text.translate(_DECIMAL | _GROUPING)).translate(_MINUS)
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text).strip()


def _without_groups(text: str, body: str, whole: bool, point: str) -> str:
    """Return digits with at most one point, from digits in groups."""
    used = {each for each in body if each in ",.; "}
    if len(used) == 1 and body.count(mark := used.pop()) == 1 and mark in ",.":
        head, tail = body.split(mark)
        is_thousand = len(tail) == 3 and 1 <= len(head) <= 3 and head[0] != "0"
        if is_thousand and whole and mark == ",":
            return head + tail
        if is_thousand and (whole or mark == "," or point == ","):
            raise AmbiguousNumberError(text.strip(), head + tail, f"{head}.{_distinct(tail)}")
        return f"{head}.{tail}"
    last = max((body.rfind(mark), mark) for mark in ",.; ")[1]
    is_decimal = last in ",.;" and body.count(last) == 1
    head, _, tail = body.partition(last) if is_decimal else (body, "", "")
    groups = re.split(r"[,. ]", head)
    separators = {each for each in head if not each.isdecimal()}
    if len(groups) > 1 and (len(separators) > 1 or not _are_thousands(groups)):
        raise ValueError(f"{text} is no number.")
    return f"{''.join(groups)}.{tail}"


def _are_thousands(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def _distinct(decimals: str) -> str:
    """Return decimals that are not three, and so no thousands."""
    short = decimals.rstrip("0") or "0"
    return short if len(short) < 3 else f"{short}0"
