"""Thumbnails of a round: what each node of the diagram shows in a stage."""

import itertools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from ganstudio.data.points.distributions import LIMIT
from ganstudio.gui.curves.style import mix
from ganstudio.gui.lab.fast_drawing import Dot, draw_dots, draw_lines
from ganstudio.gui.lab.painting import paint_arrows, paint_contour, paint_map, picture_of
from ganstudio.gui.lab.view import View
from ganstudio.gui.round.stages import Node, Part, Stage
from ganstudio.gui.widgets import theme
from ganstudio.images import Pictures, flatten, tile
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Area, Layer, contour, shorten
from ganstudio.round_record import Judgement, Shown, Update
from ganstudio.text import format_number

_PLANE = Area(-LIMIT, -LIMIT, LIMIT, LIMIT)
_SHADES = 9  # of opinions, from orange to blue
_MOST_NOISE = 3.2  # that is shown of numbers that are normal
_MOST_UNIFORM = 1.15
_NOISE_BINS = 24
_LARGE = 200  # px: from here on dots are larger
_NET = (3, 5, 5, 2)  # neurons in the layers of the sign for a network
_MIN_MOVE = 0.5  # px
_MAX_PUSHED = 40  # points of each kind at which pushes of scores are drawn
_LONGEST_PUSH, _PUSH_HEAD = 0.14, 4.0  # of the height of the thumbnail; px

Paint = Callable[[QPainter, QRectF, Stage], bool]  # False: there is nothing to show yet


def _is_pictures(shown: Shown) -> bool:
    return shown.dtype == np.uint8


def _float(numbers: npt.NDArray[np.generic]) -> Floats:
    return numbers.astype(np.float64)


# ---- points ---------------------------------------------------------------------------------------------------------


def _view(painter: QPainter, room: QRectF, half: float = LIMIT) -> View:
    """Return the view of the plane in a square room; the painter's origin becomes its corner."""
    painter.setClipRect(room)
    painter.translate(room.topLeft())
    return View(room.width(), room.height(), zoom=LIMIT / half)


def _dot_size(room: QRectF, is_real: bool) -> float:
    size = 3.4 if is_real else 2.6
    return size * 1.6 if room.width() >= _LARGE else size


def _draw_points(painter: QPainter, view: View, points: Floats, colour: QColor, is_real: bool, size: float) -> None:
    places = view.place(points)
    seen = np.isfinite(places).all(1) & (np.abs(places) < 1e4).all(1)
    edge = theme.current().window
    draw_dots(painter, places[seen], Dot(colour.name(), edge, size, 0.6, is_real))


def _shade(opinion: float) -> QColor:
    """Return the colour of an opinion, 0..1: orange for a fake, blue for a real one, and grey where D is undecided."""
    palette = theme.current()
    side = QColor(palette.real if opinion > 0.5 else palette.fake)
    return mix(side, QColor(palette.equilibrium), min(1.0, abs(opinion - 0.5) * 2))


def _draw_opinions(painter: QPainter, room: QRectF, points: Floats, opinions: Floats, is_real: bool) -> None:
    """Draw points, each in the colour of what D thinks of it."""
    view, size = _view(painter, room), _dot_size(room, is_real) + 0.6
    steps = np.round(np.clip(opinions, 0, 1) * (_SHADES - 1)).astype(int)
    for step in range(_SHADES):
        _draw_points(painter, view, points[steps == step], _shade(step / (_SHADES - 1)), is_real, size)


# ---- pictures -------------------------------------------------------------------------------------------------------


def _image(pictures: Pictures) -> QImage:
    """Return pictures (N, H, W) or (N, H, W, C) as one, in a square."""
    columns = int(np.ceil(np.sqrt(len(pictures))))
    sheet = tile(flatten(pictures) if pictures.ndim == 4 and pictures.shape[3] == 4 else pictures, columns)
    sheet = np.ascontiguousarray(sheet)
    height, width = sheet.shape[:2]
    is_grey = sheet.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if is_grey else QImage.Format.Format_RGB888
    return QImage(sheet.data, width, height, width * (1 if is_grey else 3), kind).copy()


def _draw_image(painter: QPainter, room: QRectF, image: QImage) -> QRectF:
    """Draw an image as large as there is room for; return where it is."""
    scale = min(room.width() / image.width(), room.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    place = QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, image)
    return place


def _draw_frames(painter: QPainter, place: QRectF, opinions: Floats) -> None:
    """Draw around each picture the colour of what D thinks of it."""
    columns = int(np.ceil(np.sqrt(len(opinions))))
    rows = int(np.ceil(len(opinions) / columns))
    width, height = place.width() / columns, place.height() / rows
    for number, opinion in enumerate(opinions.tolist()):
        row, column = divmod(number, columns)
        frame = QRectF(place.x() + column * width, place.y() + row * height, width, height)
        painter.setPen(QPen(_shade(opinion), 2))
        painter.drawRect(frame.adjusted(1.5, 1.5, -1.5, -1.5))


def _draw_shown(painter: QPainter, room: QRectF, shown: Shown, is_real: bool) -> bool:
    if _is_pictures(shown):
        _draw_image(painter, room, _image(shown.astype(np.uint8)))
    else:
        palette = theme.current()
        colour = QColor(palette.real if is_real else palette.fake)
        _draw_points(painter, _view(painter, room), _float(shown), colour, is_real, _dot_size(room, is_real))
    return True


def _draw_judged(painter: QPainter, room: QRectF, shown: Shown, judgement: Judgement, is_real: bool) -> None:
    """Draw points or pictures with D's opinion of each: of a pack, each has that of the pack."""
    packing = max(1, round(len(shown) / len(judgement.opinions))) if len(judgement.opinions) < len(shown) else 1
    opinions = np.nan_to_num(np.repeat(_float(judgement.opinions), packing)[: len(shown)], nan=0.5)
    if _is_pictures(shown):
        _draw_frames(painter, _draw_image(painter, room, _image(shown.astype(np.uint8))), opinions)
    else:
        _draw_opinions(painter, room, _float(shown), opinions, is_real)


# ---- nodes ----------------------------------------------------------------------------------------------------------


def _paint_noise(painter: QPainter, room: QRectF, stage: Stage) -> bool:
    noise = _float(stage.update.noise)
    network = stage.record.config.network
    most = _MOST_UNIFORM if stage.record.config.makes_points and network.noise == "uniform" else _MOST_NOISE
    colour = QColor(theme.current().muted)
    if noise.shape[1] > 1:
        _draw_points(painter, _view(painter, room, most), noise[:, :2], colour, True, _dot_size(room, True) - 0.4)
        return True
    counts, _ = np.histogram(noise[:, 0], _NOISE_BINS, (-most, most))
    width = room.width() / _NOISE_BINS
    for number, count in enumerate(counts.tolist()):
        height = (room.height() - 8) * count / max(1, counts.max())
        painter.fillRect(QRectF(room.x() + number * width, room.bottom() - height, width - 1, height), colour)
    return True


def _paint_net(painter: QPainter, room: QRectF, colour: str) -> None:
    """Paint the sign for a network: neurons in layers."""
    xs = [room.x() + room.width() * (0.2 + 0.6 * layer / (len(_NET) - 1)) for layer in range(len(_NET))]
    layers = [
        [QPointF(x, room.center().y() + (number - (count - 1) / 2) * room.height() * 0.15) for number in range(count)]
        for x, count in zip(xs, _NET, strict=True)
    ]
    painter.setPen(QPen(QColor(theme.current().border), 1))
    for left, right in itertools.pairwise(layers):
        for one in left:
            for other in right:
                painter.drawLine(QLineF(one, other))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for layer in layers:
        for neuron in layer:
            painter.drawEllipse(neuron, room.width() * 0.03, room.width() * 0.03)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_g(painter: QPainter, room: QRectF, stage: Stage) -> bool:
    grid, colour = stage.manifold, theme.current().g_loss
    if grid is None:
        _paint_net(painter, room, colour)
        return True
    view = _view(painter, room)
    places = view.place(grid)
    places = np.clip(np.nan_to_num(places, nan=0.0), -1e4, 1e4)
    pairs = [np.stack((places[:-1], places[1:]), axis=-2).reshape(-1, 2, 2)]
    if places.ndim == 3:
        pairs.append(np.stack((places[:, :-1], places[:, 1:]), axis=-2).reshape(-1, 2, 2))
    painter.setPen(QPen(QColor(colour), 2.0 if places.ndim == 2 else 0.8))
    draw_lines(painter, np.concatenate(pairs))
    return True


def _paint_d(painter: QPainter, room: QRectF, stage: Stage) -> bool:
    if stage.opinion_map is None:
        _paint_net(painter, room, theme.current().d_loss)
        return True
    values = _float(stage.opinion_map)
    view = _view(painter, room)
    paint_map(painter, view, picture_of(values, Layer.OPINION), _PLANE)
    lines = contour(values, _PLANE, 0.5)
    if lines is not None:
        paint_contour(painter, view, lines)
    if room.width() >= _LARGE:  # there is room for what it judges
        palette, update = theme.current(), stage.update
        if update.reals is not None:
            _draw_points(painter, view, _float(update.reals), QColor(palette.real), True, _dot_size(room, True))
        fakes = update.fakes_after if stage.part is Part.STEP and update.fakes_after is not None else update.fakes
        _draw_points(painter, view, _float(fakes), QColor(palette.fake), False, _dot_size(room, False))
    return True


def _paint_fakes(painter: QPainter, room: QRectF, stage: Stage) -> bool:
    update = stage.update
    if update.fakes_after is None or stage.part is not Part.STEP:
        return _draw_shown(painter, room, update.fakes, False)
    if not _is_pictures(update.fakes):
        _draw_way(painter, room, update)
    return _draw_shown(painter, room, update.fakes_after, False)


def _draw_way(painter: QPainter, room: QRectF, update: Update) -> None:
    """Draw a line from where each fake was to where it is."""
    assert update.fakes_after is not None, "G has moved"
    painter.save()
    view = _view(painter, room)
    pairs = np.stack((view.place(_float(update.fakes)), view.place(_float(update.fakes_after))), axis=1)
    moved = np.linalg.norm(pairs[:, 1] - pairs[:, 0], axis=1)
    painter.setPen(QPen(QColor(theme.current().text), 1.0))
    draw_lines(painter, pairs[(moved > _MIN_MOVE) & (np.abs(pairs) < 1e4).all((1, 2))])
    painter.restore()


def _paint_reals(painter: QPainter, room: QRectF, stage: Stage) -> bool:
    return stage.update.reals is not None and _draw_shown(painter, room, stage.update.reals, True)


def _paint_opinions(painter: QPainter, room: QRectF, stage: Stage, of_real: bool) -> bool:
    update = stage.update
    judgement, shown = (update.real, update.reals) if of_real else (update.fake, update.fakes)
    if judgement is None or stage.part < Part.JUDGE:
        return False
    if shown is None:  # real ones that a loss compares with: they are not kept
        _draw_histogram(painter, room, _float(judgement.opinions))
    else:
        _draw_judged(painter, room, shown, judgement, of_real)
    return True


def _draw_histogram(painter: QPainter, room: QRectF, opinions: Floats) -> None:
    counts, _ = np.histogram(opinions, _SHADES, (0.0, 1.0))
    width = room.width() / _SHADES
    for number, count in enumerate(counts.tolist()):
        height = (room.height() - 8) * count / max(1, counts.max())
        bar = QRectF(room.x() + number * width, room.bottom() - height, width - 1, height)
        painter.fillRect(bar, _shade(number / (_SHADES - 1)))


def _paint_loss(painter: QPainter, room: QRectF, stage: Stage, of_d: bool) -> bool:
    """Paint a loss as a bar from zero, with what penalties add to it, and its number."""
    update = stage.loss(of_d)
    if update is None:
        return False
    palette = theme.current()
    values = [value for each in stage.record.updates for value in (each.loss, each.loss + each.penalty)]
    low, high = min(0.0, *values), max(0.0, *values)
    span, most = (high - low) or 1.0, room.height() - 2 * theme.BODY - 6
    zero = room.y() + 2 * theme.BODY + most * high / span
    left, width = room.x() + room.width() * 0.3, room.width() * 0.4

    def bar(start: float, end: float, strength: float) -> None:
        top, bottom = sorted((zero - most * start / span, zero - most * end / span))
        colour = mix(QColor(palette.d_loss if of_d else palette.g_loss), QColor(palette.window), strength)
        painter.fillRect(QRectF(left, top, width, max(1.0, bottom - top)), colour)

    if np.isfinite(span):
        bar(0.0, update.loss, 1.0)
        if update.penalty:
            bar(update.loss, update.loss + update.penalty, 0.5)
    painter.setPen(QPen(QColor(palette.muted), 1))
    painter.drawLine(QLineF(left - 8, zero, left + width + 8, zero))
    font = QFont(painter.font())
    font.setPixelSize(theme.TITLE)
    painter.setFont(font)
    painter.setPen(QColor(palette.text))
    painter.drawText(room.adjusted(0, 2, 0, 0), Qt.AlignmentFlag.AlignHCenter, format_number(update.loss))
    return True


def _paint_score_push(painter: QPainter, room: QRectF, stage: Stage) -> bool:
    """Paint where the loss pushes D's scores: an arrow up or down at each point; of pictures, a row of bars."""
    update = stage.update
    if not update.is_of_d or stage.part < Part.GRADIENT:
        return False
    assert update.real is not None, "D judges both"
    assert update.reals is not None, "D judges both"
    strongest = max(float(np.abs(side.pushes).max()) for side in (update.real, update.fake)) or 1.0
    sides = ((update.reals, update.real, True), (update.fakes, update.fake, False))
    if _is_pictures(update.fakes) or stage.opinion_map is None:
        _draw_bars(painter, room, [_float(side.pushes) / strongest for _, side, _ in sides])
        return True
    view = _view(painter, room)
    for points, side, is_real in sides:
        colour = theme.current().real if is_real else theme.current().fake
        places = view.place(_float(points[:_MAX_PUSHED]))
        lengths = _float(side.pushes[: len(places)]) / strongest * (room.height() * _LONGEST_PUSH)
        _draw_upright(painter, places, lengths, QColor(colour))
    return True


def _draw_upright(painter: QPainter, places: Floats, lengths: Floats, colour: QColor) -> None:
    """Draw arrows up, or down where their length is negative."""
    shown = (np.abs(places) < 1e4).all(1) & (np.abs(lengths) > _MIN_MOVE)
    places, lengths = places[shown], lengths[shown, None]
    up = np.array([0.0, -1.0])
    ends = places + lengths * up
    heads = np.sign(lengths) * np.minimum(np.abs(lengths) / 2, _PUSH_HEAD)
    pairs = [np.stack((places, ends), axis=1)]
    for side in (-0.7, 0.7):
        pairs.append(np.stack((ends, ends - heads * up + np.abs(heads) * np.array([side, 0.0])), axis=1))
    painter.setPen(QPen(colour, 1.2))
    draw_lines(painter, np.concatenate(pairs))


def _draw_bars(painter: QPainter, room: QRectF, sides: list[Floats]) -> None:
    """Draw pushes, -1..1, as bars up and down, those of real ones on the left."""
    palette, half = theme.current(), room.width() / 2
    zero = room.center().y()
    for number, (pushes, colour) in enumerate(zip(sides, (palette.real, palette.fake), strict=True)):
        width = half / len(pushes)
        for place, push in enumerate(np.sort(pushes).tolist()):
            height = push * (room.height() / 2 - 4)
            top = zero - max(0.0, height)
            bar = QRectF(room.x() + number * half + place * width, top, max(1.0, width * 0.9), abs(height))
            painter.fillRect(bar, QColor(colour))
    painter.setPen(QPen(QColor(palette.muted), 1))
    painter.drawLine(QLineF(room.left(), zero, room.right(), zero))


def _paint_fake_push(painter: QPainter, room: QRectF, stage: Stage) -> bool:
    update = stage.update
    if update.fake_pushes is None or stage.part < Part.GRADIENT:
        return False
    if _is_pictures(update.fakes):
        strongest = float(np.abs(update.fake_pushes).max()) or 1.0
        values = [picture_of(each / strongest / 2 + 0.5, Layer.OPINION) for each in _float(update.fake_pushes)]
        _draw_pictures(painter, room, values)
        return True
    view, points = _view(painter, room), _float(update.fakes)
    _draw_points(painter, view, points, QColor(theme.current().fake), False, _dot_size(room, False))
    paint_arrows(painter, view, points.astype(np.float32), shorten(_float(update.fake_pushes)))
    return True


def _draw_pictures(painter: QPainter, room: QRectF, images: list[QImage]) -> None:
    columns = int(np.ceil(np.sqrt(len(images))))
    side = room.width() / columns
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        _draw_image(painter, QRectF(room.x() + column * side, room.y() + row * side, side - 1, side - 1), image)


PAINTERS: dict[Node, Paint] = {
    Node.NOISE: _paint_noise,
    Node.G: _paint_g,
    Node.FAKES: _paint_fakes,
    Node.REALS: _paint_reals,
    Node.D: _paint_d,
    Node.OF_REALS: lambda painter, room, stage: _paint_opinions(painter, room, stage, True),
    Node.OF_FAKES: lambda painter, room, stage: _paint_opinions(painter, room, stage, False),
    Node.D_LOSS: lambda painter, room, stage: _paint_loss(painter, room, stage, True),
    Node.G_LOSS: lambda painter, room, stage: _paint_loss(painter, room, stage, False),
    Node.SCORE_PUSH: _paint_score_push,
    Node.FAKE_PUSH: _paint_fake_push,
}
