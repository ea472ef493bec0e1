"""Caption of the samples panel."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ganstudio.data import catalog
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.samples.grid_generator import GridGenerator
from ganstudio.gui.samples.nearest_pictures import NEAR_COPY
from ganstudio.gui.samples.views import View
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import RichText, rich
from ganstudio.text import DOT, SQUARE


class SamplesCaption(FittingLabel):
    """What the colours of the borders mean, which bundled model is shown, or which class is in which column.

    Parameters
    ----------
    model : RunModel
        The open run.
    generator : GridGenerator
        Makes the fakes.
    fake_grid : PictureGrid
        Shows the fakes.
    parent : QWidget
        Qt's parent.
    """

    def __init__(self, model: RunModel, generator: GridGenerator, fake_grid: PictureGrid, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._generator = generator
        self._fake_grid = fake_grid
        self.setProperty("muted", True)
        self.setProperty("small", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def refresh(self, view: View, is_one_class: bool, has_nearest: bool, copies: str) -> None:
        """Say what belongs to a view.

        Parameters
        ----------
        view : View
            What is shown.
        is_one_class : bool
            Whether all fakes are of the class that the user picked.
        has_nearest : bool
            Whether the nearest training pictures are shown beside the fakes.
        copies : str
            How many of the fakes are near-copies of training pictures; "" where it is not known.
        """
        generator, colours = self._generator, theme.current()
        title = catalog.title_of(run_config(self._model).data.name)
        real = _legend(colours.real, f"real: {title}")
        drawn = "fake: fresh z" if view is View.FRESH else "fake: fixed z"
        fake = _legend(colours.fake, generator.title() or drawn)
        short_fake = _legend(colours.fake, generator.short_title() or drawn)
        texts: list[str]
        if view is View.REAL:
            texts, copies = [real, real], ""
        elif has_nearest:
            nearest = [_legend(colours.real, each) for each in ("nearest training pictures", "nearest")]
            texts = [rich("{}&nbsp; {}", *each) for each in zip(nearest, (fake, short_fake), strict=True)]
        elif view is View.BOTH:
            texts = [rich("{}&nbsp; {}", real, each) for each in (fake, short_fake)]
        elif generator.title():
            texts = [fake, short_fake]
        else:
            texts = [self._columns_text(view, is_one_class)] * 2
        if copies:
            texts = [rich("{} {} {}", each, DOT, copies) if each else copies for each in texts] + [copies]
        tip = rich("{}<br>{}", texts[0], NEAR_COPY) if copies else ""
        self.say(*texts, tip=tip)
        self.setVisible(bool(texts[0]))

    def _columns_text(self, view: View, is_one_class: bool) -> str:
        """Return which class each column shows; "" where there are no classes, or all pictures are of one."""
        names = self._generator.class_names()
        if not names or (view is View.FRESH and is_one_class):
            return ""
        arrangement, period = self._fake_grid.arrangement(), self._generator.period()
        is_by_column = arrangement is None or arrangement.columns % period == 0
        shown = [names[column % len(names)] for column in range(period)]
        listed = (" " if all(len(name) == 1 for name in shown) else ", ").join(shown)
        return f"{'Columns' if is_by_column else 'Classes in turn'}: {listed}"


def _legend(colour: str, text: str) -> RichText:
    return rich('<span style="color: {}">{}</span> {}', colour, SQUARE, text)
