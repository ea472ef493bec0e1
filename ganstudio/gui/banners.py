"""Two strips above the samples: the error banner, and notices with a choice. Neither stops anybody from working."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.events import Failed
from ganstudio.gui import theme
from ganstudio.gui.session import Notice
from ganstudio.gui.theme import SPACE

_DETAILS_HEIGHT = 120  # px
_MEGA = 1e6
_MOST_OF_WINDOW = 0.37  # of its height: the samples keep their least


class Strip(QFrame):
    """A sentence with an icon, room for buttons below it, and a cross that dismisses it."""

    dismissed = Signal()

    def __init__(self, name: str, icon: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._icon, self._colour = icon, colour
        self._sign = QLabel()
        self._sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentence = words()
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("Dismiss")
        self.close_button.setToolTip("Dismiss")
        theme.set_icon(self.close_button, "close")
        self.close_button.setIconSize(QSize(12, 12))
        self.close_button.clicked.connect(self.dismiss)
        self.words = QVBoxLayout()
        self.words.setSpacing(SPACE // 2)
        self.words.addWidget(self.sentence)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._sign)
        top.addLayout(self.words, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._inside = QWidget()
        self._inside.setObjectName("scrolled")
        self.column = QVBoxLayout(self._inside)
        self.column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self.column.setSpacing(SPACE)
        self.column.addLayout(top)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.fit)
        self._draw_sign()
        self.hide()

    def dismiss(self) -> None:
        """Go away."""
        self.hide()
        self.dismissed.emit()

    def fit(self) -> None:
        """As high as the text needs, but never more than a part of the window: then it scrolls."""
        self.column.invalidate()
        frame, width = self.height() - self.contentsRect().height(), self.contentsRect().width()
        wanted = self.column.totalHeightForWidth(width)
        most = int(self.window().height() * _MOST_OF_WINDOW)
        scrolls = wanted + frame > most
        if scrolls:
            wanted = self.column.totalHeightForWidth(width - self._area.verticalScrollBar().sizeHint().width())
        # A bar that only flashes up would make the text narrower, thus longer, and so stay for good.
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._area.setVerticalScrollBarPolicy(policy)
        self._inside.setMinimumHeight(wanted)  # in place of the layout's own, which is for the narrowest text
        self.setFixedHeight(min(wanted + frame, most))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._soon.start()  # at once, the layout would overrule it with the size of this event

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def _draw_sign(self) -> None:
        colour = getattr(theme.current(), self._colour)
        drawn = theme.pixmap(self._icon, colour, 32)
        drawn.setDevicePixelRatio(2.0)
        self._sign.setPixmap(drawn)


class ErrorBanner(Strip):
    """What went wrong, what was kept, what to do next; the full text folded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("errorBanner", "warning", "alarm", parent)
        self.setAccessibleName("Error")
        self.kept = words()
        self.kept.setProperty("muted", True)
        self.words.addWidget(self.kept)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details of the error")
        self.details.setFixedHeight(_DETAILS_HEIGHT)
        self.details.hide()
        self.details_button = _button("Details", "Show where the error was", checkable=True)
        self.details_button.toggled.connect(self._show_details)
        self.copy_button = _button("Copy", "Copy the error with all details, to report it")
        self.copy_button.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addStretch(1)
        row.addWidget(self.details_button)
        row.addWidget(self.copy_button)
        self.column.addLayout(row)
        self.column.addWidget(self.details)

    def show_failure(self, failed: Failed, advice: str) -> None:
        """Show it; `advice` is the next thing to do."""
        self.sentence.setText(failed.message)
        self.kept.setText(" ".join(part for part in (failed.kept, advice) if part))
        self.kept.setVisible(bool(self.kept.text()))
        self.details.setPlainText(failed.details.strip())
        self.details_button.setChecked(False)
        self.details_button.setVisible(bool(failed.details))
        self.setAccessibleDescription(failed.message)
        self.show()
        self.fit()

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.fit()

    def _copy(self) -> None:
        parts = (self.sentence.text(), self.kept.text(), self.details.toPlainText())
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))


class NoticeBar(Strip):
    """A notice with its choices; or a download with its progress."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("noticeBar", "about", "accent", parent)
        self.setAccessibleName("Notice")
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Progress of the download")
        self.progress.setTextVisible(False)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE)
        self._buttons.addStretch(1)
        self.column.addWidget(self.progress)
        self.column.addLayout(self._buttons)

    def show_notice(self, notice: Notice | None) -> None:
        """Show it in place of the last one; None hides the bar."""
        self._clear()
        self.progress.hide()
        self.setVisible(notice is not None)
        if notice is None:
            return
        self.sentence.setText(notice.text)
        for index, (label, action) in enumerate(notice.choices):
            self._add(label, action, main=index == 0)
        self.fit()

    def show_download(self, title: str) -> None:
        """A download begins."""
        self._clear()
        self._add("Cancel", self.cancelled.emit)
        self.sentence.setText(f"Downloading {title} …")
        self.progress.setRange(0, 0)
        self.progress.show()
        self.show()
        self.fit()

    def show_progress(self, title: str, done: int, total: int) -> None:
        """How far it is, in bytes."""
        self.progress.setRange(0, 1000)
        self.progress.setValue(int(1000 * done / total) if total else 0)
        self.sentence.setText(f"Downloading {title}: {done / _MEGA:,.1f} of {total / _MEGA:,.1f} MB")

    def _add(self, label: str, action: Callable[[], None], main: bool = False) -> None:
        button = _button(label, "")
        button.setProperty("main", main)
        button.clicked.connect(lambda: action())
        self._buttons.addWidget(button)

    def _clear(self) -> None:
        while self._buttons.count() > 1:  # the stretch stays
            item = self._buttons.takeAt(1)
            widget = item.widget() if item else None
            if widget:
                widget.hide()
                widget.deleteLater()


def words() -> QLabel:
    """A label that wraps, may be selected with the mouse, and takes no more room than there is."""
    label = QLabel()
    label.setWordWrap(True)
    label.setMinimumWidth(80)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def _button(label: str, tip: str, checkable: bool = False) -> QPushButton:
    button = QPushButton(label)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
