r"""Formulas as trees, read from a small part of LaTeX's notation.

    \frac{\gamma}{2} E_x[\lVert \nabla D(x) \rVert^2]

Known: `_` and `^`, groups in braces, `\frac{}{}`, `\sqrt{}`, `\hat{}` and `\bar{}`, `\text{}`, `\left( \right)`, the
names below, and `\\` for a new line. Letters are set in italics, `E` excepted, which is the expectation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_TOKEN = re.compile(r"\\\\|\\[A-Za-z]+|\\[,;|{}]|\s+|.")

SYMBOLS = {
    **{"alpha": "α", "beta": "β", "gamma": "γ", "epsilon": "ε", "theta": "θ", "lambda": "λ", "mu": "μ", "pi": "π"},
    **{"sigma": "σ", "psi": "ψ", "omega": "ω", "Sigma": "Σ", "nabla": "∇", "infty": "∞", "partial": "∂"},
    **{"ldots": "…", "lVert": "‖", "rVert": "‖", "|": "‖", "int": "∫", "{": "{", "}": "}"},
}
RELATIONS = {
    **{"to": "→", "leftarrow": "←", "sim": "\N{TILDE OPERATOR}", "approx": "≈", "le": "≤", "ge": "≥", "in": "∈"},
    **{"cdot": "·", "times": "\N{MULTIPLICATION SIGN}", "parallel": "‖"},
}
FUNCTIONS = ("log", "exp", "tanh", "sin", "tr", "KL", "JS")  # set upright
LIMITED = {"min": "min", "max": "max", "sum": "∑", "prod": "∏"}  # what is below and above them
LARGE = ("∑", "∏")
_SPACES = {",": 0.17, ";": 0.28, "quad": 1.0}
_SIGNS = {"=": "=", "+": "+", "-": "−", "<": "<", ">": ">"}
_OPENING = ("(", "[", "{")
ACCENTS = {"hat": "^", "bar": "¯"}
UPRIGHT = "E"


class FormulaError(ValueError):
    """A formula that cannot be read."""


class Kind(Enum):
    """What a glyph is: it decides on the space around it."""

    LETTER = "letter"  # in italics
    UPRIGHT = "upright"
    SIGN = "sign"  # between two terms, or a relation
    FUNCTION = "function"
    LARGE = "large"  # a sum or a product
    OPENING = "opening"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True)
class Glyph:
    """A letter, a sign or the name of a function."""

    text: str
    kind: Kind


@dataclass(frozen=True)
class Space:
    """Room, in ems."""

    width: float


@dataclass(frozen=True)
class Row:
    """Parts beside each other."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Fraction:
    """A part over another one."""

    above: "Node"
    below: "Node"


@dataclass(frozen=True)
class Root:
    """A square root."""

    body: "Node"


@dataclass(frozen=True)
class Accent:
    """A part with a mark over it."""

    body: "Node"
    mark: str


@dataclass(frozen=True)
class Fenced:
    """A part in brackets that are as tall as it is; "" for no bracket."""

    left: str
    body: "Node"
    right: str


@dataclass(frozen=True)
class Scripts:
    """A part with what stands below and above it: at its right, or under and over it."""

    base: "Node"
    below: "Node | None"
    above: "Node | None"
    is_limited: bool


Node = Glyph | Space | Row | Fraction | Root | Accent | Fenced | Scripts


def parse(text: str) -> tuple[Row, ...]:
    r"""Return the lines of a formula.

    Raises
    ------
    FormulaError
        A name is not known, or a brace is missing.
    """
    parser = _Parser(_TOKEN.findall(text))
    lines = [parser.row(("\\\\",))]
    while parser.next_is("\\\\"):
        parser.take()
        lines.append(parser.row(("\\\\",)))
    if parser.rest():
        raise FormulaError(f"{parser.rest()!r} is one too many in the formula {text!r}.")
    return tuple(lines)


def plain(lines: tuple[Row, ...]) -> str:
    """Return a formula as one may type it, for tooltips: "½ E_x[...]" becomes "1/2 E_x[...]"."""
    return "\n".join(re.sub(" +", " ", _typed(line)).strip() for line in lines)


def walk(node: Node) -> Iterator[Node]:
    """Yield a part and all that it is made of."""
    yield node
    for value in vars(node).values():
        for part in value if isinstance(value, tuple) else (value,):
            if not isinstance(part, (str, float, bool, Kind, type(None))):
                yield from walk(part)


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def next_is(self, *tokens: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at] in tokens

    def take(self) -> str:
        if self._at == len(self._tokens):
            raise FormulaError(f"The formula {self._whole()!r} ends too early.")
        self._at += 1
        return self._tokens[self._at - 1]

    def rest(self) -> str:
        return "".join(self._tokens[self._at :])

    def _whole(self) -> str:
        return "".join(self._tokens)

    def row(self, ends: tuple[str, ...]) -> Row:
        """Return the parts until one of `ends`, which is left, or the end."""
        parts: list[Node] = []
        while self._at < len(self._tokens) and not self.next_is(*ends, "}", "\\right"):
            if self.next_is("_", "^"):
                parts.append(self._scripts(parts.pop() if parts else Row(())))
            elif (part := self._part()) is not None:
                parts.append(part)
        return Row(tuple(parts))

    def _scripts(self, base: Node) -> Scripts:
        found: dict[str, Node] = {}
        while self.next_is("_", "^"):
            place = self.take()
            if place in found:
                raise FormulaError(f"Two {place!r} follow each other in the formula {self._whole()!r}.")
            found[place] = self._argument()
        is_limited = isinstance(base, Glyph) and base.text in LIMITED.values()
        return Scripts(base, found.get("_"), found.get("^"), is_limited)

    def _argument(self) -> Node:
        """Return the group or the part that follows."""
        part = self._part()
        while part is None:
            part = self._part()
        return part

    def _group(self) -> Row:
        row = self.row(())
        if self.take() != "}":
            raise FormulaError(f"A brace is missing in the formula {self._whole()!r}.")
        return row

    def _part(self) -> Node | None:
        """Return the next part; None for a space between two."""
        token = self.take()
        if token.isspace():
            return None
        if token == "{":
            return self._group()
        if token.startswith("\\"):
            return self._command(token[1:])
        return _glyph(token)

    def _command(self, name: str) -> Node:
        if name in _SPACES:
            return Space(_SPACES[name])
        if name == "frac":
            return Fraction(self._argument(), self._argument())
        if name == "sqrt":
            return Root(self._argument())
        if name in ACCENTS:
            return Accent(self._argument(), ACCENTS[name])
        if name == "text":
            return self._words()
        if name == "left":
            left = self.take()
            body = self.row(())
            if self.take() != "\\right":
                raise FormulaError(f"A \\right is missing in the formula {self._whole()!r}.")
            return Fenced(_fence(left), body, _fence(self.take()))
        return self._named(name)

    def _named(self, name: str) -> Glyph:
        if name in SYMBOLS:
            return Glyph(SYMBOLS[name], Kind.LETTER if SYMBOLS[name].islower() else Kind.UPRIGHT)
        if name in RELATIONS:
            return Glyph(RELATIONS[name], Kind.SIGN)
        if name in LIMITED:
            return Glyph(LIMITED[name], Kind.LARGE if LIMITED[name] in LARGE else Kind.FUNCTION)
        if name in FUNCTIONS:
            return Glyph(name, Kind.FUNCTION)
        raise FormulaError(f"\\{name} is not known, in the formula {self._whole()!r}.")

    def _words(self) -> Glyph:
        """Return what stands in braces letter by letter."""
        words = []
        if self.take() != "{":
            raise FormulaError(f"A brace is missing in the formula {self._whole()!r}.")
        while (token := self.take()) != "}":
            words.append(token)
        return Glyph("".join(words), Kind.UPRIGHT)


def _glyph(token: str) -> Glyph:
    if token in _SIGNS:
        return Glyph(_SIGNS[token], Kind.SIGN)
    if token in _OPENING:
        return Glyph(token, Kind.OPENING)
    if token == ",":
        return Glyph(token, Kind.PUNCTUATION)
    return Glyph(token, Kind.LETTER if token.isalpha() and token not in UPRIGHT else Kind.UPRIGHT)


def _fence(token: str) -> str:
    return "" if token == "." else {"\\|": "‖", "\\lVert": "‖", "\\rVert": "‖"}.get(token, token)


def _typed(node: Node) -> str:
    match node:
        case Glyph(text, Kind.SIGN):
            return f" {text} "
        case Glyph(text, Kind.FUNCTION | Kind.PUNCTUATION | Kind.LARGE):
            return f"{text} "
        case Glyph(text):
            return text
        case Space():
            return " "
        case Row(parts):
            return "".join(map(_typed, parts))
        case Fraction(above, below):
            return f"{_braced(above)}/{_braced(below)}"
        case Root(body):
            return f"√({_typed(body)})"
        case Accent(body, mark):
            return f"{_typed(body)}{mark}"
        case Fenced(left, body, right):
            return f"{left}{_typed(body)}{right}"
        case Scripts(base, below, above, _):
            scripts = (f"_{_braced(below)}" if below else "") + (f"^{_braced(above)}" if above else "")
            return f"{_typed(base).rstrip()}{scripts}" + (" " if _typed(base).endswith(" ") else "")


def _braced(node: Node) -> str:
    text = _typed(node).strip()
    return text if len(text) <= 1 or text.isalnum() else f"({text})"
