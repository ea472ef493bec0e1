import gzip
import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from ganstudio.data.pictures import archives, sources
from ganstudio.data.pictures.archives import ZipSource
from ganstudio.data.pictures.folders import FolderSource
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.scan import Scan, scan
from ganstudio.data.pictures.sources import SourceKind
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.errors import DataError
from support.imports import look
from support.picture_folder import bomb_png, encoded, save

PNG = encoded()


def verdicts(found: Scan) -> dict[str, Verdict]:
    return {file.entry.path: file.entry.verdict for file in found.files}


# ---- folders ---------------------------------------------------------------------------------------------------------


def test_what_systems_put_beside_pictures_is_skipped_and_named(tmp_path: Path) -> None:
    for name in ("a.png", "._a.png", "Thumbs.db", ".ipynb_checkpoints/a.png", "__MACOSX/a.png", "b/.DS_Store"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(PNG)
    found = look(tmp_path)
    assert [file.entry.path for file in found.pictures] == ["a.png"]
    hidden = {path for path, verdict in verdicts(found).items() if verdict is Verdict.HIDDEN}
    assert hidden == {"._a.png", "Thumbs.db", ".ipynb_checkpoints", "__MACOSX", "b/.DS_Store"}


def test_the_content_says_what_a_file_is_and_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "really jpeg.PNG").write_bytes(encoded(form="jpeg"))
    (tmp_path / "NO ENDING").write_bytes(PNG)
    (tmp_path / "page.png").write_text("<html>" + "x" * 100)
    (tmp_path / "empty.jpg").touch()
    found = look(tmp_path)
    assert {file.entry.path: file.header.format for file in found.pictures} == {
        "really jpeg.PNG": "JPEG",
        "NO ENDING": "PNG",
    }
    assert verdicts(found)["page.png"] is verdicts(found)["empty.jpg"] is Verdict.NOT_A_PICTURE


def test_names_are_in_the_order_that_people_expect(tmp_path: Path) -> None:
    for name in ("10.png", "9.png", "b/2.png", "b/10.png", "A.png", "009.png", "0.png"):
        save(tmp_path / name)
    order = [file.entry.path for file in look(tmp_path).files]
    assert order == ["0.png", "009.png", "9.png", "10.png", "A.png", "b/2.png", "b/10.png"]


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_each_folder_is_read_once_however_links_lead_to_it(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    save(root / "a" / "1.png")
    save(elsewhere / "2.png")
    (root / "a" / "up").symlink_to(root)
    (root / "again").symlink_to(root / "a")
    (root / "other").symlink_to(elsewhere)
    (root / "gone.png").symlink_to(root / "nowhere")
    found = look(root)
    assert verdicts(found) == {
        "a/1.png": Verdict.READ,
        "a/up": Verdict.LINK_LOOP,
        "again": Verdict.DUPLICATE_PATH,
        "other/2.png": Verdict.READ,
        "gone.png": Verdict.UNREADABLE,
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert verdicts(look(tmp_path)) == {"pipe.png": Verdict.NOT_A_PICTURE}


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names there are UTF-16, or UTF-8")
def test_names_that_are_not_utf8_are_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.png")).write_bytes(PNG)
    [file] = look(tmp_path).pictures
    assert os.fsencode(file.entry.path) == b"caf\xe9.png"


def test_a_file_that_the_system_does_not_give_is_skipped_with_the_reason(tmp_path: Path) -> None:
    class Refusing(FolderSource):
        def open(self, path: str) -> io.BufferedReader:
            raise PermissionError(13, "Permission denied", path)

    save(tmp_path / "a.png")
    [entry] = scan(Refusing(tmp_path)).skipped
    assert (entry.verdict, entry.why) == (Verdict.UNREADABLE, "Permission denied")


def test_the_folder_of_imported_sets_is_not_looked_into(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    save(tmp_path / "imported" / "b.png")
    found = scan(FolderSource(tmp_path, excluded=tmp_path / "imported"))
    assert [file.entry.path for file in found.files] == ["a.png"]


def test_a_huge_picture_is_refused_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(bomb_png())
    assert verdicts(look(tmp_path)) == {"bomb.png": Verdict.TOO_LARGE}


# ---- zip and tar -----------------------------------------------------------------------------------------------------


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_read_as_a_folder_is(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "pictures.bin", {"ant/1.png": PNG, "bee/ü.png": PNG, "bee/readme.txt": b"Read this first." * 9}
    )
    found = look(path)
    assert found.kind is SourceKind.ZIP
    assert [file.entry.path for file in found.pictures] == ["ant/1.png", "bee/ü.png"]
    assert verdicts(found)["bee/readme.txt"] is Verdict.NOT_A_PICTURE
    assert sorted(tmp_path.iterdir()) == [path]


def test_names_that_lead_out_of_an_archive_are_refused(tmp_path: Path) -> None:
    names = {"../a.png", "/b.png", "c/../../d.png", "C:\\e.png", "__MACOSX/._f.png", "g\\h.png"}
    found = look(zipped(tmp_path / "x.zip", dict.fromkeys(names, PNG)))
    assert [file.entry.path for file in found.pictures] == ["g/h.png"]
    unsafe = [path for path, verdict in verdicts(found).items() if verdict is Verdict.UNSAFE_PATH]
    assert len(unsafe) == 4
    assert verdicts(found)["__MACOSX/._f.png"] is Verdict.HIDDEN


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_in_archives_encrypted_files_links_and_doubles_are_skipped(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "x.zip", {"a.png": PNG, "inner.zip": zipped(tmp_path / "y.zip", {"b.png": PNG}).read_bytes()}
    )
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.png")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.png", PNG)
    secret = zipped(tmp_path / "secret.zip", {"c.png": PNG})
    content = bytearray(secret.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1  # encrypted
    secret.write_bytes(content)
    found = look(path)
    assert sorted((file.entry.path, file.entry.verdict) for file in found.files) == [
        ("a.png", Verdict.DUPLICATE_PATH),
        ("a.png", Verdict.READ),
        ("inner.zip", Verdict.NESTED),
        ("link.png", Verdict.UNREADABLE),
    ]
    assert verdicts(look(secret)) == {"c.png": Verdict.ENCRYPTED}


def test_an_archive_that_claims_too_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bmp", bytes(1 << 20))
    monkeypatch.setattr(archives, "_FREE_BYTES", 0)
    with pytest.raises(DataError, match=r"bomb\.zip claims to contain .* Nothing was read"):
        look(path)
    monkeypatch.setattr(archives, "MAX_DIRECTORY_BYTES", 10)
    with pytest.raises(DataError, match="a list of files of"):
        ZipSource(path)


def test_a_zip_may_have_dates_that_are_none(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.png": PNG})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\1\2") + 12
    content[at : at + 4] = b"\xff" * 4  # the 31st of the 15th month
    path.write_bytes(content)
    [file] = look(path).pictures
    assert (file.entry.path, file.entry.mtime_ns) == ("a.png", 0)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_tar_is_read_compressed_or_not(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "pictures.tar"
    with tarfile.open(path, mode) as archive:
        for name in ("ant/1.png", "../2.png"):
            member = tarfile.TarInfo(name)
            member.size = len(PNG)
            archive.addfile(member, io.BytesIO(PNG))
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert verdicts(look(path)) == {
        "ant/1.png": Verdict.READ,
        "../2.png": Verdict.UNSAFE_PATH,
        "link.png": Verdict.UNREADABLE,
    }


def test_a_tar_that_unpacks_to_too_much_or_ends_within_a_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo("a.bmp")
        member.size = 1 << 19
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    packed = tmp_path / "x.tar.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DataError, match=r"x\.tar is damaged, or was not copied completely"):
        look(path)
    monkeypatch.setattr(archives, "_FREE_BYTES", 0)
    with pytest.raises(DataError, match=r"x\.tar\.gz claims to contain .* Nothing was read"):
        look(packed)


def test_a_file_that_is_larger_than_any_picture_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "a.png")
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", len(PNG) - 1)
    assert verdicts(look(tmp_path)) == {"a.png": Verdict.TOO_LARGE}
    with pytest.raises(PictureError, match="MiB"):  # it has grown since
        FolderSource(tmp_path).read("a.png")


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_an_archive_that_was_not_copied_completely_says_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "x.zip":
        zipped(path, {"a.png": PNG})
    else:
        with tarfile.open(path, "w:gz") as archive:
            archive.add(save(tmp_path / "a.png"), "a.png")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"x\..* is damaged, or was not copied completely"):
        look(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [(PNG, "It is one PNG picture"), (b"%PDF-1.7 " * 20, "It is a PDF document"), (b"", "Name a folder")],
)
def test_what_is_no_source_is_refused_with_what_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    with pytest.raises(DataError, match=says):
        open_source(path)
    with pytest.raises(DataError, match="is not there"):
        open_source(tmp_path / "nothing")
