"""Shared libraries that are loaded while Python's other threads go on."""

import ctypes
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from ganstudio.system import c_library

_OF_TORCH = ("libtorch_cpu", "libtorch_cuda")  # the large ones; torch loads the rest quickly
_ENDINGS = (".so", ".dylib")
_EXTENSIONS = tuple(importlib.machinery.EXTENSION_SUFFIXES)


def load_torch() -> None:
    """Load the libraries of torch, so that its import, which holds Python's lock, finds them loaded.

    The system takes half a second for them. Where that is not possible, the import loads them as ever.
    """
    if "torch" in sys.modules:
        return
    found = importlib.util.find_spec("torch")
    folders = [Path(each) / "lib" for each in (found.submodule_search_locations or ())] if found else []
    load(
        file
        for folder in folders
        for name in _OF_TORCH
        for end in _ENDINGS
        if (file := folder / (name + end)).is_file()
    )


def load_package(name: str) -> None:
    """Load the extension modules of a package, or one extension module, and the libraries that they need.

    Python loads them during an import and holds its lock meanwhile: the 72 MB of PyAV, read from a disk for the first
    time, kept the window waiting for 1.9 s. A package that is missing, or imported already, changes nothing.
    """
    if name in sys.modules:
        return
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):  # what is wrong with it the import says
        return
    if found is None:
        return
    folders = [Path(each) for each in found.submodule_search_locations or ()]
    files = [*(file for folder in folders for file in sorted(folder.rglob("*"))), Path(found.origin or "")]
    load(file for file in files if file.name.endswith(_EXTENSIONS) and not file.name.startswith("lib"))


def load(files: Iterable[Path]) -> None:
    """Load shared libraries, for whoever loads them next; one that cannot be loaded is left out.

    By the system's own function: Python's holds the lock meanwhile. On Windows nothing is done, as torch itself
    loads its libraries in this way there.
    """
    if os.name != "posix":
        return
    dlopen = c_library.FREE.dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for file in files:
        dlopen(os.fsencode(file), sys.getdlopenflags())
