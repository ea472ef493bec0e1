import hashlib
import os
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request

import pytest

from ganstudio.data import transfer
from ganstudio.errors import Cancelled, DataError
from support.data import names

CONTENT = bytes(range(256)) * 2000  # 512 kB
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def never() -> bool:
    return False


def fetch(urls, path, sha256=SHA256, largest=10**6, report=lambda done: None, cancelled=never):
    transfer.fetch(tuple(urls), path, sha256, largest, report, cancelled)


@pytest.fixture
def closed_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    return f"http://127.0.0.1:{port}/file"


def test_fetches_with_progress(server, tmp_path):
    server.files["file"] = CONTENT
    seen: list[int] = []
    fetch([server.url + "file"], tmp_path / "file", report=seen.append)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[-1] == len(CONTENT)
    assert names(tmp_path) == ["file"]


def test_next_mirror_where_one_fails(server, tmp_path, closed_port):
    server.files["file"] = CONTENT
    server.files["wrong"] = CONTENT[::-1]
    fetch([closed_port, server.url + "absent", server.url + "wrong", server.url + "file"], tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert server.asked == ["/absent", "/wrong", "/file"]


def test_one_retry_after_a_cut_connection(server, tmp_path):
    server.files["file"] = CONTENT
    server.cut = 1
    fetch([server.url + "file"], tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT
    server.cut = 2
    with pytest.raises(DataError, match=r"file2 could not be downloaded.*connection was lost with 256,000 bytes to go"):
        fetch([server.url + "file"], tmp_path / "file2")
    assert names(tmp_path) == ["file"]
    assert len(server.asked) == 4


def test_wrong_checksum_is_asked_for_twice_and_never_kept(server, tmp_path):
    server.files["file"] = CONTENT
    (tmp_path / "file").write_bytes(b"as it was")
    with pytest.raises(DataError, match=rf"checksum {SHA256}, not 0000"):
        fetch([server.url + "file"], tmp_path / "file", sha256="0" * 64)
    assert (tmp_path / "file").read_bytes() == b"as it was"
    assert names(tmp_path) == ["file"]
    assert len(server.asked) == 2


def test_a_server_that_sends_too_much_is_cut_off(server, tmp_path):
    server.files["file"] = CONTENT
    with pytest.raises(DataError, match=r"more than 100,000 bytes"):
        fetch([server.url + "file"], tmp_path / "file", largest=100_000)
    assert names(tmp_path) == []


def test_offline_is_told_at_once_and_not_retried(tmp_path, closed_port):
    start = time.monotonic()
    with pytest.raises(DataError, match=r"could not be downloaded \(127\.0\.0\.1:\d+: Connection refused\)"):
        fetch([closed_port], tmp_path / "file")
    assert time.monotonic() - start < 2
    assert names(tmp_path) == []


def test_unknown_host(tmp_path):
    with pytest.raises(DataError, match=r"no-such-host\.invalid"):
        fetch(["http://no-such-host.invalid/file"], tmp_path / "file")


def test_cancel_is_obeyed_while_the_server_is_silent(server, tmp_path):
    server.files["file"] = CONTENT
    server.stall = True
    half = threading.Event()
    asked: list[float] = []

    def report(done):
        if done >= len(CONTENT) // 2:
            half.set()

    def cancelled():
        if half.is_set() and not asked:
            asked.append(time.monotonic())
            return False
        return bool(asked)

    with pytest.raises(Cancelled):
        fetch([server.url + "file"], tmp_path / "file", report=report, cancelled=cancelled)
    assert time.monotonic() - asked[0] < 0.5
    assert names(tmp_path) == []
    assert not [each for each in threading.enumerate() if each.name == "download"]


def test_a_silent_server_counts_as_gone_after_the_timeout(server, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "TIMEOUT_SECONDS", 0.3)
    server.files["file"] = CONTENT
    server.stall = True
    with pytest.raises(DataError, match=r"no answer"):
        fetch([server.url + "file"], tmp_path / "file")
    assert names(tmp_path) == []
    assert len(server.asked) == 2


def test_a_file_that_cannot_be_written_is_not_the_networks_fault(server, tmp_path):
    server.files["file"] = CONTENT
    with pytest.raises(DataError, match=r"file cannot be written \(No such file"):
        fetch([server.url + "file"], tmp_path / "gone" / "file")


def test_partial_files_of_killed_downloads_are_swept(server, tmp_path):
    server.files["file"] = CONTENT
    stray, living = tmp_path / "file.123.part", tmp_path / "file.124.part"
    stray.write_bytes(b"")
    living.write_bytes(b"")
    os.utime(stray, (1, 1))
    fetch([server.url + "file"], tmp_path / "file")
    assert names(tmp_path) == ["file", "file.124.part"]


def test_https_is_not_left_for_http():
    opener = transfer._opener(lambda sock: None)
    [redirects] = [each for each in opener.handlers if isinstance(each, urllib.request.HTTPRedirectHandler)]
    request = urllib.request.Request("https://example.org/a")
    with pytest.raises(urllib.error.URLError, match=r"sent us on to example\.org without encryption"):
        redirects.redirect_request(request, None, 302, "Found", {}, "http://example.org/b")
    assert redirects.redirect_request(request, None, 302, "Found", {}, "https://example.org/b") is not None


def test_a_certificate_that_cannot_be_verified_is_told():
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    assert transfer._describe(error) == "its certificate could not be verified: self-signed certificate"
