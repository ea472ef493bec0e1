"""Look of the window: colours by meaning, one unit of spacing, one type scale, icons that follow the theme.

Qt's own dark mode does nothing on bare X11, so the theme is a QPalette on Fusion, and a style sheet that takes its
colours from the palette: the sheet is the same for every theme, as Qt needs half a second to give a window another one.
A widget that paints by itself reads `current()` and repaints on QEvent.PaletteChange.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from ganstudio.gui.widgets.restyling import Restyling, icon_targets
from ganstudio.system.paths import resources

# A colour by name, for what keeps the name and takes the colour of whichever theme is in use when it paints.
ColourName = Literal[
    "text", "muted", "accent", "on_accent", "d_loss", "g_loss", "equilibrium", "real", "fake", "good", "alarm"
]

SPACE = 8  # px: every gap is a multiple or a half of it
SMALL, BODY, TITLE, LARGE = 11, 12, 13, 18  # px: the type scale


@dataclass(frozen=True)
class Palette:
    """Colours of one theme. Data colours are the Okabe-Ito set, which colour-blind people can tell apart."""

    name: str
    window: str  # behind everything
    surface: str  # docks and panels
    raised: str  # fields and buttons
    hover: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str  # focus, selection, the main button; no meaning for data
    on_accent: str
    d_loss: str
    g_loss: str
    equilibrium: str
    real: str = "#56B4E9"
    fake: str = "#E69F00"
    good: str = "#009E73"
    alarm: str = "#D55E00"

    def colour(self, name: ColourName) -> str:
        """Return the colour of that name."""
        colour: str = vars(self)[name]
        return colour


DARK = Palette(
    name="dark",
    window="#16181D",
    surface="#1D2027",
    raised="#272B34",
    hover="#323743",
    border="#343A46",
    text="#E6E8EC",
    muted="#9AA1AD",
    disabled="#656C79",
    accent="#8F95F5",
    on_accent="#14161A",
    d_loss="#CC79A7",
    g_loss="#F0E442",
    equilibrium="#7A818E",
)
LIGHT = Palette(
    name="light",
    window="#E9EBEF",
    surface="#F7F8FA",
    raised="#FFFFFF",
    hover="#E2E5EB",
    border="#CBD0D9",
    text="#1B1E24",
    muted="#596070",
    disabled="#A0A6B1",
    accent="#4A50C4",
    on_accent="#FFFFFF",
    d_loss="#A8487D",
    g_loss="#8A8000",
    equilibrium="#80878F",
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
SYSTEM = "system"  # the one of the two that the desktop uses

_ICON_SIZES = (16, 20, 24, 32, 40, 48, 64)  # px, up to 32 at a scale of 2
_MAX_ICON = 32  # px at a scale of 1
_ROLES = {  # colours of the style sheet, and the role of QPalette that holds each
    "window": "shadow",
    "surface": "window",
    "raised": "base",
    "hover": "light",
    "border": "mid",
    "text": "text",
    "muted": "placeholder-text",
    "disabled": "link-visited",  # nothing remembers here what was visited
    "accent": "highlight",
    "on_accent": "highlighted-text",
    "alarm": "bright-text",
}
_current = DARK


def current() -> Palette:
    """Return the colours now in use."""
    return _current


def text_on(ground: QColor) -> QColor:
    """Return black or white, whichever can be read better on a ground of any colour: 4.5 to 1 at least (WCAG 2.1)."""
    parts = (ground.redF(), ground.greenF(), ground.blueF())
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    luminance = sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return QColor("black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white")


def use(name: str) -> None:
    """Paint in the colours of that name from now on; SYSTEM: those of the desktop."""
    global _current
    _current = _of_desktop() if name == SYSTEM else THEMES.get(name, DARK)


def apply(app: QApplication, name: str) -> None:
    """Give the application and its icons the theme of that name; SYSTEM: that of the desktop."""
    use(name)
    sheet = style_sheet()
    is_dressed = app.styleSheet() == sheet
    if not is_dressed:
        app.setStyle("Fusion")
        app.setFont(_font(app.font()))
    app.setPalette(_qpalette(_current))
    if is_dressed:
        Restyling(app, _refresh_icon).begin()
    else:
        app.setStyleSheet(sheet)
        for target in icon_targets(app):
            _refresh_icon(target)


def desktop_scheme() -> Qt.ColorScheme:
    """Return whether the desktop is dark or light, as far as it says so."""
    return QGuiApplication.styleHints().colorScheme()


def _of_desktop() -> Palette:
    """Return the desktop's theme; dark where it does not say, as on bare X11."""
    return LIGHT if desktop_scheme() == Qt.ColorScheme.Light else DARK


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """Return resources/style.qss with each @name filled in.

    Raises
    ------
    KeyError
        There is no such name.
    """
    values = {name: f"palette({role})" for name, role in _ROLES.items()} | {
        "small": f"{SMALL}px",
        "body": f"{BODY}px",
        "title": f"{TITLE}px",
        "large": f"{LARGE}px",
        "icons": (resources() / "icons").as_posix(),
    }
    sheet = (resources() / "style.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)", lambda match: values[match[1]], sheet)


def icon(name: str, on: str = "") -> QIcon:
    """Return an icon of resources/icons in the theme's colours; `on` names the one shown while checked."""
    return _icon(name, on, _current)


def set_icon(target: QAction | QAbstractButton, name: str, on: str = "", colour: ColourName = "text") -> None:
    """Give an action or button an icon that changes with the theme; `on` names the one shown while checked."""
    target.setProperty("iconName", f"{name}|{on}|{colour}")
    target.setIcon(_icon(name, on, _current, colour))


def _refresh_icon(target: QAction | QAbstractButton) -> None:
    """Give an action or button, of which `set_icon` was called, its icon in the present colours."""
    name, on, colour = str(target.property("iconName")).split("|")
    target.setIcon(_icon(name, on, _current, colour))


@lru_cache(maxsize=256)
def _icon(name: str, on: str, palette: Palette, colour: ColourName = "text") -> QIcon:
    icon = QIcon()
    off = palette.colour(colour)
    checked = palette.text if colour == "on_accent" else off  # only the unchecked main button is filled
    states = [(QIcon.State.Off, name, off)]
    if on or checked != off:  # else Qt takes the same for both
        states.append((QIcon.State.On, on or name, checked))
    for state, source, normal in states:
        for mode, shade in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Disabled, palette.disabled)):
            drawing = _drawing(source, shade)  # read once for all sizes
            for size in _icon_sizes():
                icon.addPixmap(_rendered(drawing, size), mode, state)
    return icon


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """Return an icon drawn in one colour, `size` pixels square."""
    return _rendered(_drawing(name, colour), size)


def _icon_sizes() -> list[int]:
    """Return the sizes that a screen of this computer may ask for: each costs time when the program starts."""
    finest = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    return [size for size in _ICON_SIZES if size <= _MAX_ICON * max(1.0, finest)]


def _drawing(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawings()[name].replace("currentColor", colour).encode()))


@lru_cache(maxsize=1)
def _drawings() -> dict[str, str]:
    """Return the text of each icon, all read at once: later, beside a run that saves, the window would wait for them.

    Raises
    ------
    OSError
        They cannot be read.
    """
    return {path.stem: path.read_text(encoding="utf-8") for path in (resources() / "icons").glob("*.svg")}


def _rendered(drawing: QSvgRenderer, size: int) -> QPixmap:
    drawn = QPixmap(QSize(size, size))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    drawing.render(painter)
    painter.end()
    return drawn


def _font(base: QFont) -> QFont:
    font = QFont(base)
    font.setPixelSize(BODY)
    return font


def _qpalette(theme: Palette) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.surface,
        role.WindowText: theme.text,
        role.Base: theme.raised,
        role.AlternateBase: theme.hover,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.alarm,
        role.Light: theme.hover,
        role.Midlight: theme.hover,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Shadow: theme.window,
        role.Link: theme.accent,
        role.LinkVisited: theme.disabled,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
    }
    palette = QPalette()
    for colour_role, colour in colours.items():
        palette.setColor(colour_role, QColor(colour))
    for colour_role in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(theme.disabled))
    return palette
