import subprocess
import sys

import pytest

from ganstudio.data import torchvision_bridge
from ganstudio.errors import DataError


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist", "kmnist"])
def test_archives_of_the_idx_sets(dataset):
    archives = torchvision_bridge.archives(dataset)
    assert [each.name for each in archives] == [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ]
    for each in archives:
        assert each.urls
        assert all(url.startswith("https://") and url.endswith("/" + each.name) for url in each.urls)
        assert len(each.sha256) == 64


def test_archive_of_cifar():
    (archive,) = torchvision_bridge.archives("cifar10")
    assert archive.name == "cifar-10-python.tar.gz"
    assert archive.urls[0].startswith("https://")
    assert archive.sha256 == "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"


def test_torchvision_is_usable_after_the_bridge():
    """Its import must work whichever builds of torch and torchvision are paired here."""
    torchvision_bridge.archives("mnist")
    from torchvision import datasets, transforms, utils

    assert datasets.MNIST
    assert transforms.ToTensor
    assert utils.make_grid


def test_missing_torchvision_names_the_command(monkeypatch):
    for module in [each for each in sys.modules if each.partition(".")[0] == "torchvision"]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.setitem(sys.modules, "torchvision.datasets", None)
    with pytest.raises(DataError, match=r"not installed.*python[0-9.]* -m pip install 'torchvision>="):
        torchvision_bridge.archives("mnist")


def test_a_torchvision_that_breaks_on_import_is_an_error_in_words(tmp_path):
    broken = tmp_path / "torchvision"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise RuntimeError('operator torchvision::novel does not exist')")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from ganstudio.data import torchvision_bridge\n"
        "from ganstudio.errors import DataError\n"
        "for _ in range(2):\n"
        "    try: torchvision_bridge.archives('mnist')\n"
        "    except DataError as error: print(error)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.count("does not work with this torch (operator torchvision::novel does not exist)") == 2


def test_nothing_is_declared_if_the_import_works(monkeypatch):
    """Beside a fitting torch the operators are registered already; declaring them again would raise."""
    torch = pytest.importorskip("torch")
    torchvision_bridge.archives("mnist")
    monkeypatch.setattr(torch.library, "Library", lambda *_: pytest.fail("declared"))
    monkeypatch.setattr(torchvision_bridge, "_declared", [])
    assert torchvision_bridge.archives("mnist")


def test_operators_are_declared_once_and_only_if_the_import_needs_them(tmp_path):
    """An import that fails the first time, as beside a CPU build of torch, works after the declaration."""
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import torch\nprint('imported')\n"
        "torch.library.register_fake('torchvision::nms')(lambda *_: None)\n"
        "torch.library.register_fake('torchvision::qnms')(lambda *_: None)\n"
    )
    (package / "datasets.py").write_text(
        "class MNIST: mirrors = ['http://a/', 'https://a/']\nFashionMNIST = KMNIST = MNIST\n"
    )
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from ganstudio.data import torchvision_bridge\n"
        "for _ in range(2): print(torchvision_bridge.archives('kmnist')[0].urls[-1])\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == ["imported", "imported", *2 * ["https://a/train-images-idx3-ubyte.gz"]]
