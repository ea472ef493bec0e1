"""Deletes QObjects without a crash of Qt's bindings."""

import shiboken6
from PySide6.QtCore import QObject

_leaving: list[QObject] = []  # those that are about to be deleted, and the last ones that were


def delete_later(thing: QObject) -> None:
    """Delete a QObject by `deleteLater`, and keep its Python object until that is done.

    When C++ deletes an object, Shiboken (6.11) first drops the reference that its parent holds. If that was the last
    one, the Python object is freed. Where the Python object of something that was at the same address before is still
    there, Shiboken takes it for the one that it has just freed, and writes there: the program crashes. So one reference
    has to be left.

    Parameters
    ----------
    thing : QObject
        What is deleted when control returns to the event loop.
    """
    _leaving[:] = [each for each in _leaving if shiboken6.isValid(each)]
    _leaving.append(thing)
    thing.deleteLater()
