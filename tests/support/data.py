"""Small data sets, and a server on this machine that behaves well or badly."""

import gzip
import io
import struct
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np


def idx_bytes(values: np.ndarray) -> bytes:
    return struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes()


def small_idx(count: int = 12, seed: int = 0) -> dict[str, bytes]:
    """The four idx files of an MNIST of `count` pictures, not zipped."""
    rng = np.random.default_rng(seed)
    return {
        name: idx_bytes(values)
        for split in ("train", "t10k")
        for name, values in (
            (f"{split}-images-idx3-ubyte", rng.integers(0, 256, (count, 28, 28), np.uint8)),
            (f"{split}-labels-idx1-ubyte", rng.integers(0, 10, count, np.uint8)),
        )
    }


def small_idx_zipped(count: int = 12, seed: int = 0) -> dict[str, bytes]:
    return {f"{name}.gz": gzip.compress(content) for name, content in small_idx(count, seed).items()}


def noise_pictures(count: int, *shape: int) -> np.ndarray:
    """Random pictures (count, *shape), always the same."""
    return np.random.default_rng(0).integers(0, 256, (count, *shape), np.uint8)


def lay_out(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def cifar_pickle(data: np.ndarray, labels: list[int]) -> bytes:
    """A batch as Python 2's cPickle wrote it, opcode by opcode: protocol 2, byte strings, numpy.core.multiarray."""

    def text(value: bytes) -> bytes:
        return b"U" + bytes([len(value)]) + value

    def number(value: int) -> bytes:
        return b"J" + struct.pack("<i", value)

    array = (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n" + b"K\x00\x85" + text(b"b") + b"\x87R"
        b"(K\x01" + number(data.shape[0]) + number(data.shape[1]) + b"\x86cnumpy\ndtype\n" + text(b"u1")
        + b"K\x00K\x01\x87R(K\x03" + text(b"|") + b"NNN" + number(-1) + number(-1) + b"K\x00tb\x89"
        + b"T" + struct.pack("<i", data.nbytes) + data.tobytes() + b"tb"
    )  # fmt: skip
    items = (text(b"batch_label"), text(b"training batch 1 of 5"), text(b"labels"))
    listed = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\x02}(" + b"".join(items) + listed + text(b"data") + array + b"u."


def small_cifar(count: int = 4) -> dict[str, bytes]:
    """All files of a CIFAR-10 of `count` pictures a batch."""
    rng = np.random.default_rng(0)
    names = [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]
    batches = {
        name: cifar_pickle(rng.integers(0, 256, (count, 3072), np.uint8), rng.integers(0, 10, count).tolist())
        for name in names
    }
    return {**batches, "batches.meta": b"\x80\x02}."}


def cifar_archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


class Server(ThreadingHTTPServer):
    """Serves `files` by path. `cut` breaks the connection half way that many times; `stall` falls silent half way."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.cut = 0
        self.stall = False
        self.asked: list[str] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        content = self.server.files.get(self.path.lstrip("/"))
        if content is None:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = len(content) // 2
        self.wfile.write(content[:half])
        if self.server.cut:
            self.server.cut -= 1
            return None
        if self.server.stall:
            self.wfile.flush()
            self.server.released.wait(30)
            return None
        self.wfile.write(content[half:])
        return None

    def log_message(self, *_: object) -> None:
        pass
