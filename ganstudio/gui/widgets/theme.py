"""Look of the window: colours with a meaning, one spacing unit, one type scale, icons that follow the theme.

Qt's own dark mode does nothing on bare X11, so the theme is a QPalette on Fusion and a style sheet filled with its
colours. A widget that paints by itself reads `current()` and repaints on QEvent.PaletteChange.
"""

import dataclasses
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ganstudio.paths import resources

# A colour by name, for what keeps the name and takes the colour of whichever theme is in use when it paints.
ColourName = Literal[
    "text", "muted", "accent", "on_accent", "d_loss", "g_loss", "equilibrium", "real", "fake", "good", "alarm"
]

SPACE = 8  # px: every gap is a multiple or a half of it
SMALL, BODY, TITLE, LARGE = 11, 12, 13, 18  # px: the type scale


@dataclass(frozen=True)
class Palette:
    """Colours of one theme. Data colours are the Okabe-Ito set, safe for colour-blind eyes."""

    name: str
    window: str  # behind everything
    surface: str  # docks and panels
    raised: str  # fields and buttons
    hover: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str  # focus, selection, the one main button; means nothing about data
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
SYSTEM = "system"  # whichever of the two the desktop uses

_ICON_SIZES = (16, 20, 24, 32, 40, 48, 64)  # px, up to 32 at a scale of 2
_LARGEST_ICON = 32  # px at a scale of 1
_current = DARK


def current() -> Palette:
    """Colours now in use."""
    return _current


def apply(app: QApplication, name: str) -> None:
    """Dress the application, and every icon in it, in the theme of that name; SYSTEM: as the desktop is now."""
    global _current
    _current = _of_desktop() if name == SYSTEM else THEMES.get(name, DARK)
    app.setStyle("Fusion")
    app.setPalette(_qpalette(_current))
    app.setFont(_font(app.font()))
    app.setStyleSheet(style_sheet(_current))
    for window in app.topLevelWidgets():
        _refresh_icons(window)


def desktop_scheme() -> Qt.ColorScheme:
    """What the desktop says of itself."""
    return QGuiApplication.styleHints().colorScheme()


def _of_desktop() -> Palette:
    """The desktop's; dark where it does not say, as on bare X11."""
    return LIGHT if desktop_scheme() == Qt.ColorScheme.Light else DARK


def style_sheet(palette: Palette) -> str:
    """resources/style.qss with each @name filled in; raises KeyError on an unknown name."""
    values = dataclasses.asdict(palette) | {
        "small": f"{SMALL}px",
        "body": f"{BODY}px",
        "title": f"{TITLE}px",
        "large": f"{LARGE}px",
        "icons": (resources() / "icons").as_posix(),
    }
    sheet = (resources() / "style.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)", lambda found: str(values[found[1]]), sheet)


def icon(name: str, on: str = "") -> QIcon:
    """Icon of resources/icons in the theme's colours; `on` names the one shown while checked."""
    return _icon(name, on, _current)


def set_icon(target: QAction | QAbstractButton, name: str, on: str = "", colour: ColourName = "text") -> None:
    """Give an action or button an icon that changes with the theme; `colour` names a colour of the Palette."""
    target.setProperty("iconName", f"{name}|{on}|{colour}")
    target.setIcon(_icon(name, on, _current, colour))


def _refresh_icons(window: QWidget) -> None:
    found: list[QObject] = [window, *window.findChildren(QObject)]
    for each in found:
        if isinstance(each, QAction | QAbstractButton) and each.property("iconName"):
            name, on, colour = str(each.property("iconName")).split("|")
            each.setIcon(_icon(name, on, _current, colour))


@lru_cache(maxsize=256)
def _icon(name: str, on: str, palette: Palette, colour: ColourName = "text") -> QIcon:
    made = QIcon()
    off = palette.colour(colour)
    checked = palette.text if colour == "on_accent" else off  # only the unchecked main button is filled
    states = [(QIcon.State.Off, name, off)]
    if on or checked != off:  # else Qt takes the same for both
        states.append((QIcon.State.On, on or name, checked))
    for state, source, normal in states:
        for mode, shade in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Disabled, palette.disabled)):
            drawing = _drawing(source, shade)  # read once for all sizes
            for size in _icon_sizes():
                made.addPixmap(_rendered(drawing, size), mode, state)
    return made


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """The icon drawn in one colour, `size` pixels square."""
    return _rendered(_drawing(name, colour), size)


def _icon_sizes() -> list[int]:
    """Those that a screen of this computer may ask for: each takes its time when the program starts."""
    finest = max((each.devicePixelRatio() for each in QGuiApplication.screens()), default=1.0)
    return [size for size in _ICON_SIZES if size <= _LARGEST_ICON * max(1.0, finest)]


def _drawing(name: str, colour: str) -> QSvgRenderer:
    text = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(text.encode()))


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
        role.LinkVisited: theme.accent,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
    }
    palette = QPalette()
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.disabled))
    return palette
