"""Settings in sections, one of which is open; the titles stay where they are when another one is opened."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.config import SETTINGS, RunConfig
from ganstudio.gui.setup.form import SECTIONS, has_labels, is_relevant, summarize
from ganstudio.gui.widgets.elided_label import ElidedLabel
from ganstudio.gui.widgets.fields import Field
from ganstudio.gui.widgets.rich_text import as_tip, bold, lines, wrapped
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.settings import Section

FIRST = (
    Section.OPTIMISER,
    Section.SCHEDULE,
    Section.SAVING,
)  # at first the one of them is open that fits; none where none does
_COLUMNS = 3  # of the titles where there is little room; else one, with the summary of each section
MIN_PAGE_HEIGHT = SPACE * 10  # px


class Sections(QWidget):
    """Titles of all sections, and below them the fields of the one that is open.

    Parameters
    ----------
    fields
        Fields by dotted name; each stands in the section of its setting. More can be added.
    parent
        Qt's parent.
    """

    def __init__(self, fields: Mapping[str, Field], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = dict(fields)
        self._buttons: dict[str, QToolButton] = {}
        self._summaries: dict[str, ElidedLabel] = {}
        self._pages: dict[str, QWidget] = {}
        self._rows: dict[str, QVBoxLayout] = {}
        self._is_listed: bool | None = None
        self._shown: tuple[RunConfig, bool] | None = None  # settings of the last refresh, whether there are classes
        self._opened = ""
        self._is_chosen = False  # whether the user opened or closed one
        self._titles = QGridLayout()
        self._titles.setHorizontalSpacing(2)
        self._titles.setVerticalSpacing(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(self._titles)
        layout.addWidget(self._make_pages(), 1)
        self._arrange(is_listed=False)
        self._show("")

    def page(self, title: str) -> QWidget:
        """Return the page of a section: Qt moves a field into it in no time if that is its parent already."""
        return self._pages[title]

    def add(self, field: Field) -> None:
        """Put a field at the end of its section."""
        self._fields[field.setting.path] = field
        self._shown = None
        self._rows[field.setting.section].addWidget(field)

    @property
    def opened(self) -> str:
        """Title of the open section; "" if none is."""
        return self._opened

    def open(self, title: str) -> None:
        """Show the fields of a section instead of another one's; "": none."""
        self._is_chosen = True
        self._show(title)

    def reset(self) -> None:
        """Open the section that is open at first, as if the user had chosen none."""
        self._is_chosen = False
        self._show("")
        self._open_first()

    def go_to(self, path: str) -> None:
        """Open the section of a setting, scroll to its field and focus it."""
        self.open(SETTINGS[path].section)
        QTimer.singleShot(0, self._fields[path], lambda: self._focus(path))

    def refresh(self, config: RunConfig) -> None:
        """Show the fields that have an effect with `config`, and the summary of each section."""
        what = config, has_labels(config.data.name)
        if what == self._shown:
            return
        self._shown = what
        for field in self._fields.values():
            field.setVisible(is_relevant(field.setting, config))
        for title, label in self._summaries.items():
            shown = (field.setting for field in self._fields_of(title) if not field.isHidden())
            label.set_full(*summarize(shown, config))
            self._buttons[title].setToolTip(as_tip(_tip(title, label)))

    def summary(self, title: str) -> str:
        """Return the summary of a section, in a line."""
        return self._summaries[title].full()

    def button(self, title: str) -> QToolButton:
        """Return the button that opens a section."""
        return self._buttons[title]

    def least_width(self) -> int:
        """Return the width that shows every field whole, px."""
        longest = max((_hint(field).width() for field in self._fields.values()), default=0)
        return longest + self.area.verticalScrollBar().sizeHint().width() + SPACE + SPACE // 2

    def least_height(self) -> int:
        """Return the height that shows the longest section whole, px."""
        return self._titles.sizeHint().height() + SPACE // 2 + self._longest()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self.least_width(), self._titles.minimumSize().height() + MIN_PAGE_HEIGHT)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        title = next(iter(self._buttons.values())).sizeHint().height() + self._titles.verticalSpacing()
        self._arrange(is_listed=self.height() >= len(SECTIONS) * title + SPACE + self._longest())
        self._open_first()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._open_first()

    def _show(self, title: str) -> None:
        self._opened = title
        for name, page in self._pages.items():
            self._buttons[name].setChecked(name == title)
            page.setVisible(name == title)
        self.area.verticalScrollBar().setValue(0)

    def _open_first(self) -> None:
        """Open a section that fits, until the user chooses one."""
        if self._is_chosen or not self.isVisible():
            return
        room = self.height() - self._titles.sizeHint().height() - SPACE // 2
        self._show(next((section for section in FIRST if self._pages[section].sizeHint().height() <= room), ""))

    def _make_pages(self) -> QScrollArea:
        self.area = QScrollArea(self)  # each part has its parent at once: of what moves in, Qt styles all anew
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget(self.area.viewport())
        content.setObjectName("scrolled")
        self.area.setWidget(content)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for title in SECTIONS:
            self._buttons[title] = button = QToolButton(self)
            button.setText(title)
            button.setObjectName(f"{title}Section")
            button.setAccessibleName(f"section {title}")
            button.setCheckable(True)
            button.setProperty("role", "section")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._clicked)
            self._summaries[title] = label = ElidedLabel(parent=self)
            label.setObjectName("sectionSummary")
            label.setProperty("muted", True)
            label.setProperty("small", True)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._pages[title] = page = QWidget(content)
            page.hide()  # before its height is asked for, which has Qt style all that is in it
            self._rows[title] = rows = QVBoxLayout(page)
            rows.setContentsMargins(0, 0, SPACE // 2, 0)
            rows.setSpacing(SPACE // 4)
            for field in self._fields_of(title):
                rows.addWidget(field)
            column.addWidget(page)
        column.addStretch(1)
        return self.area

    def _fields_of(self, title: str) -> Iterable[Field]:
        return (field for field in self._fields.values() if field.setting.section == title)

    def _arrange(self, is_listed: bool) -> None:
        """Place the titles one below the other, each with its summary; or side by side where there is little room."""
        if is_listed == self._is_listed:
            return
        self._is_listed = is_listed
        for row, title in enumerate(SECTIONS):
            button, label = self._buttons[title], self._summaries[title]
            place = (row, 0) if is_listed else divmod(row, _COLUMNS)
            self._titles.addWidget(button, *place)
            if is_listed:
                self._titles.addWidget(label, row, 1)
            label.setVisible(is_listed)
        self._titles.setColumnStretch(1, 1)
        for column in (0, 2):
            self._titles.setColumnStretch(column, 0 if is_listed else 1)

    def _clicked(self) -> None:
        button = self.sender()
        title = next(title for title, other in self._buttons.items() if other is button)
        self.open("" if title == self._opened else title)

    def _focus(self, path: str) -> None:
        self.area.ensureWidgetVisible(self._fields[path])
        self._fields[path].editor.setFocus()

    def _longest(self) -> int:
        """Return the height of the longest section's fields if all of them are shown, px."""
        row = max((_hint(field).height() for field in self._fields.values()), default=0) + SPACE // 4
        counts = [sum(1 for _ in self._fields_of(title)) for title in SECTIONS]
        return row * max(counts)


def _hint(field: Field) -> QSize:
    """Return the size hint of a field, the same in every form: to find it out, Qt has to style all parts of it."""
    dress = field.style().metaObject().className()  # another one where there is a style sheet
    key = (field.setting.path, field.editor.minimumWidth(), field.font().pixelSize(), dress)
    if key not in _hints:
        _hints[key] = field.sizeHint()
    return _hints[key]


_hints: dict[tuple[str, int, int, str], QSize] = {}


def _tip(title: str, label: ElidedLabel) -> str:
    return wrapped(bold(title), lines(label.tip().split("\n")))
