"""Variables of a cluster: those of a job, those that were left over, and those that make no sense."""

import os
import signal
import socket

import pytest

from ganstudio.commands import distributed
from ganstudio.errors import ConfigError
from ganstudio.training.distributed import job

GOOD = {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29631"}


@pytest.fixture(autouse=True)
def described(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job of two processes, not of torchrun."""
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_a_single_process_without_torchrun_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert job.is_started_by_torchrun()
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert not job.is_started_by_torchrun()
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "gan")
    assert job.is_started_by_torchrun()
    monkeypatch.delenv("MASTER_PORT")
    assert not job.is_started_by_torchrun()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("RANK", "2", "RANK must be a number from 0 to 1; got '2'."),
        ("RANK", "-1", "RANK must be"),
        ("RANK", "first", "RANK must be"),
        ("WORLD_SIZE", "0", "WORLD_SIZE must be a number from 1 to 1,000,000; got '0'."),
        ("WORLD_SIZE", "", "WORLD_SIZE must be"),
        ("MASTER_PORT", "99999", "MASTER_PORT must be"),
        ("MASTER_ADDR", "no-such-host", "MASTER_ADDR names 'no-such-host', which is no computer that can be found"),
        ("MASTER_ADDR", "x" * 300, "MASTER_ADDR names"),
    ],
)
def test_what_makes_no_sense_is_named(name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def look_up(host: str, port: int) -> object:
        if host == "no-such-host":
            raise socket.gaierror(-2, "Name or service not known")
        return known(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        job.read()
    assert str(caught.value).startswith(told)
    assert "unset RANK WORLD_SIZE" in caught.value.typed


def test_a_port_in_use_is_named() -> None:
    error = job.cannot_listen(job.read(), RuntimeError("The server socket cannot be initialized: EADDRINUSE ..."))
    assert error.typed == "Port 29631 is in use by another program. Choose another MASTER_PORT."


@pytest.mark.skipif(os.name != "posix", reason="Windows has few signals")
def test_who_waits_says_why_at_once_and_a_signal_ends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []
    monkeypatch.setattr(distributed, "ProcessGroup", lambda: seen.append(signal.getsignal(signal.SIGTERM)))
    distributed._meet(job.read())
    assert seen == [signal.SIG_DFL]
    assert signal.getsignal(signal.SIGTERM) == before
    told = capsys.readouterr().err
    assert told.startswith("Process 0 of 2 waits for the others at 127.0.0.1, port 29631, because RANK, WORLD_SIZE, ")
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "gan")
    distributed._meet(job.read())
    assert capsys.readouterr().err == ""
