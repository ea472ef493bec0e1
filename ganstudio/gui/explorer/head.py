"""Head of the explorer's panel: the tabs, the generator's name, and buttons for z."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QTabBar, QWidget

from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.page_box import NO_SEED, SeedBox
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.enlarge_button import EnlargeButton
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.rich_text import wrapped

_SEED_WIDTH, _HEIGHT = 112, 22  # px
_WIDE = 480  # px from which everything is in one row, with the title
_TABS = (
    ("sliders", "Directions through the latent space, numbers of z, classes."),
    ("morph", "Between four pictures."),
    ("walk", "From picture to picture, as a film."),
    ("draw", "A digit drawn by hand, or a picture file, and the z that makes it."),
)


class ExplorerHead(QWidget):
    """Tabs of the pages, name of the generator, and the buttons random, reset, seed and enlarge.

    Parameters
    ----------
    explorer
        What the buttons move.
    parent
        Qt's parent.
    """

    pageSelected = Signal(int)

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self._tabs = QTabBar(self)
        self._title = FittingLabel(self)
        self._random = QPushButton("random", self)
        self._reset = QPushButton("reset", self)
        self._seed = SeedBox(self)
        self.enlarge_button = EnlargeButton("the explorer", self)
        self._name_parts()
        self._lay_out()
        self._tabs.currentChanged.connect(self.pageSelected)
        self._random.clicked.connect(self._randomise)
        self._reset.clicked.connect(explorer.reset)
        self._seed.valueChanged.connect(self._set_seed)

    def _name_parts(self) -> None:
        self._tabs.setObjectName("explorerTabs")
        self._tabs.setAccessibleName("modes of the latent explorer")
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        for index, (name, tooltip) in enumerate(_TABS):
            self._tabs.addTab(name)
            self._tabs.setTabToolTip(index, wrapped(tooltip))
        self._random.setObjectName("randomLatentButton")
        self._random.setToolTip("Draws new random numbers z from the normal distribution, as in training.")
        self._reset.setObjectName("resetLatentButton")
        self._reset.setToolTip("Sets all numbers z to 0, the centre of the latent space.")
        self._seed.setFixedSize(_SEED_WIDTH, _HEIGHT)
        for part in (self._random, self._reset, self._title):
            part.setProperty("small", True)
        self._title.setProperty("muted", True)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE // 2)
        for button in (self._random, self._reset, self._seed, self.enlarge_button):
            buttons.addWidget(button)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE // 2)
        self._row.addWidget(self._tabs)
        self._row.addWidget(self._title, 1)
        self._row.addLayout(buttons)

    def select_page(self, index: int) -> None:
        """Select the tab of a page."""
        self._tabs.setCurrentIndex(index)

    def fit_width(self, width: int) -> None:
        """Use one row if it is wide, else two without the title."""
        is_wide = width >= _WIDE
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        self._title.setVisible(is_wide)

    def show_generator(self, folder_path: str | None) -> None:
        """Show the name of the explorer's generator; `folder_path` is that of its run, for the tooltip."""
        generator = self._explorer.generator
        for part in (self._random, self._reset, self._seed):
            part.setEnabled(generator is not None)
        title = generator.title if generator is not None else ""
        short = title.rpartition(": ")[2]  # without the name of the run, which the window's title says
        tooltip = title if folder_path is None else f"{title}\n{folder_path}"
        self._title.say(title, short, short.removeprefix("generator of "), tip=tooltip)

    def show_seed(self) -> None:
        """Show the seed of the explorer's z."""
        self._seed.show_seed(self._explorer.seed)

    def _randomise(self) -> None:
        self._explorer.randomise()

    def _set_seed(self, seed: int) -> None:
        if seed != NO_SEED:
            self._explorer.randomise(seed)
        elif self._explorer.seed is not None:
            self.show_seed()  # there is no seed below 0
