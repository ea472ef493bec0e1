"""Fixtures of the data tests: a server, and no proxy between."""

import threading

import pytest

from support.data import Server


@pytest.fixture
def server():
    with Server() as each:
        thread = threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield each
        each.released.set()
        each.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
