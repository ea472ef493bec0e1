"""What is deleted later keeps its Python object until then: Qt's bindings would crash without it."""

import sys
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread

from ganstudio.gui.widgets.deletion import delete_later


class Worker(QThread):
    pass


@pytest.fixture
def parent(qapp) -> Iterator[QObject]:
    made = QObject()
    yield made
    made.deleteLater()
    delete_what_waits()


def delete_what_waits() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def address_of(thing: QObject) -> int:
    return shiboken6.getCppPointer(thing)[0]


def test_it_is_deleted_when_control_returns_to_the_event_loop(parent: QObject) -> None:
    worker = Worker(parent)
    delete_later(worker)
    assert shiboken6.isValid(worker)
    delete_what_waits()
    assert not shiboken6.isValid(worker)


def test_its_python_object_outlives_it_and_is_let_go_with_the_next_one(parent: QObject) -> None:
    worker = Worker(parent)
    before = sys.getrefcount(worker)
    delete_later(worker)
    delete_what_waits()
    assert sys.getrefcount(worker) == before  # this list's, for the parent's
    delete_later(Worker(parent))
    assert sys.getrefcount(worker) == before - 1
    delete_what_waits()


def test_one_at_the_address_of_something_that_python_still_knows_is_deleted(parent: QObject) -> None:
    """Without a reference that is left, the program crashes here, or later."""
    workers = [Worker(parent) for _ in range(200)]
    addresses = [address_of(each) for each in workers]
    delete_all(workers)
    known = [shiboken6.wrapInstance(address, QEvent) for address in addresses]
    workers = [Worker(parent) for _ in range(400)]
    assert {address_of(each) for each in workers} & set(addresses)
    delete_all(workers)
    assert not parent.children()
    assert len(known) == len(addresses)


def delete_all(workers: list[Worker]) -> None:
    while workers:
        delete_later(workers.pop())
    delete_what_waits()
