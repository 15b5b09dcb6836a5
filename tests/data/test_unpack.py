import io
import tarfile
import tracemalloc
import zipfile

import pytest
from small_archives import write_tar, write_zip

from scatterlab.data import unpack
from scatterlab.data.unpack import open_archive
from scatterlab.errors import DataError

CONTENT = {"set/a.bin": bytes(range(256)) * 40, "set/b.bin": b"two"}
WRITERS = {
    "zip": write_zip,
    "tar": write_tar,
    "tar.gz": lambda path, members: write_tar(path, members, "gz"),
    "tar.bz2": lambda path, members: write_tar(path, members, "bz2"),
    "tar.xz": lambda path, members: write_tar(path, members, "xz"),
}


def contents(path):
    with open_archive(path) as members:
        return {name: members.read(name) for name in members.names}


@pytest.mark.parametrize("kind", WRITERS)
def test_members_are_read_as_written(tmp_path, kind):
    assert contents(WRITERS[kind](tmp_path / "a", CONTENT)) == CONTENT


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_truncated_archive_is_refused_by_name(tmp_path, kind, share):
    path = WRITERS[kind](tmp_path / f"cut.{kind}", CONTENT)
    padding = 20480 - 12288 if kind == "tar" else 0  # zeros after the mark of the end
    path.write_bytes(path.read_bytes()[: int(share * (path.stat().st_size - padding))])
    with pytest.raises(DataError, match=rf"cut\.{kind}"):
        contents(path)


def second_header(data):
    """Where the second member of the tar archive `data` begins."""
    return data.index(b"set/b.bin")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: second_header(data)],
        lambda data: data[: second_header(data)] + b"x" * 512 + data[second_header(data) + 512 :],
    ],
)
def test_a_tar_that_ends_between_two_members_is_refused(tmp_path, damage):
    path = write_tar(tmp_path / "short.tar", CONTENT)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=r"short\.tar: the archive is damaged or truncated"):
        contents(path)


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.bz2", "tar.xz"])
def test_a_damaged_archive_is_refused_by_name(tmp_path, kind):
    path = WRITERS[kind](tmp_path / f"bad.{kind}", CONTENT)
    data = bytearray(path.read_bytes())
    data[60:90] = b"\xaa" * 30
    path.write_bytes(data)
    with pytest.raises(DataError, match=rf"bad\.{kind}"):
        contents(path)


def test_other_files_are_not_archives(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<html>404</html>" * 100)
    with pytest.raises(DataError, match=r"page\.html"):
        contents(path)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "C:\\evil", "..\\evil"])
def test_paths_that_lead_outside_are_refused(tmp_path, kind, name):
    path = WRITERS[kind](tmp_path / "a", {"ok": b"", name: b"x"})
    with pytest.raises(DataError, match=r"evil.*leads outside"):
        contents(path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a"]


@pytest.mark.parametrize(
    "type", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path, type):
    info = tarfile.TarInfo("odd")
    info.type, info.linkname = type, "/etc/passwd"
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.addfile(info)
    with pytest.raises(DataError, match=r"a\.tar: odd is a link"):
        contents(tmp_path / "a.tar")


def test_links_in_a_zip_are_refused(tmp_path):
    info = zipfile.ZipInfo("odd")
    info.external_attr = 0o120777 << 16
    write_zip(tmp_path / "a.zip", {info: b"/etc/passwd"})
    with pytest.raises(DataError, match=r"a\.zip: odd is a link"):
        contents(tmp_path / "a.zip")


def test_encrypted_members_are_refused(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"secret": b"x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"a\.zip: secret is encrypted"):
        contents(path)


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.xz"])
def test_a_bomb_is_refused_before_it_grows(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(unpack, "SMALL_BYTES", 1 << 20)
    path = WRITERS[kind](tmp_path / "bomb", {"zeros": bytes(8 << 20)})
    with pytest.raises(DataError, match=r"bomb.*refused as too large"):
        contents(path)


def test_many_small_members_that_are_a_bomb_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "SMALL_BYTES", 100_000)
    path = write_zip(tmp_path / "a.zip", {f"{n}": bytes(90_000) for n in range(20)})
    with pytest.raises(DataError, match=r"a\.zip: all together unpacks to 1,800,000 bytes, from"):
        contents(path)


def test_a_member_that_is_larger_than_any_should_be_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "MAX_MEMBER_BYTES", 1000)
    for kind, write in WRITERS.items():
        path = write(tmp_path / f"a.{kind}", {"large": bytes(1001)})
        with pytest.raises(DataError, match=r"large unpacks to 1,001 bytes: refused"):
            contents(path)


def test_more_members_than_memory_should_hold_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "MAX_MEMBERS", 2)
    for kind, write in WRITERS.items():
        assert len(contents(write(tmp_path / f"few.{kind}", {"a": b"", "b": b""}))) == 2
        path = write(tmp_path / f"many.{kind}", {"a": b"", "b": b"", "c": b""})
        with pytest.raises(DataError, match=r"many\..*has more than 2 members: refused"):
            contents(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a", "./a"])
def test_two_members_of_one_name_are_refused(tmp_path, second):
    paths = tmp_path / "a.tar", tmp_path / "a.zip"
    with tarfile.open(paths[0], "w") as tar, zipfile.ZipFile(paths[1], "w") as zipped:
        for name in ("a", second):
            tar.addfile(tarfile.TarInfo(name))
            zipped.writestr("a", b"")
    for path in paths:
        with pytest.raises(DataError, match="a is there twice"):
            contents(path)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "a\x9b1m", "x" * 5000])
def test_names_that_a_terminal_should_not_show_are_refused_and_not_shown(tmp_path, kind, name):
    path = WRITERS[kind](tmp_path / "a", {name: b""})
    with pytest.raises(DataError, match="is no name") as raised:
        contents(path)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 500


def test_a_member_that_is_larger_than_it_says_is_unpacked_no_further(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"lies": bytes(100 << 20)})
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    tracemalloc.start()
    with pytest.raises(DataError, match=r"a\.zip: lies: the archive is damaged"):
        contents(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 << 20


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_that_could_unpack_further_than_asked_are_refused(tmp_path, packing):
    path = write_zip(tmp_path / "a.zip", {"a": bytes(100)}, packing)
    with pytest.raises(DataError, match="a is neither stored nor deflated"):
        contents(path)


def test_overlapping_members_are_refused(tmp_path):
    """All entries of the directory share one packed member, as in a better zip bomb."""
    path = write_zip(tmp_path / "a.zip", {f"{n}": bytes(200_000) for n in range(9)})
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    for _ in range(9):
        data[place + 42 : place + 46] = bytes(4)
        place = data.index(b"PK", place + 1)
    path.write_bytes(data)
    with pytest.raises(DataError, match="damaged or truncated"):
        contents(path)


def test_a_long_pax_header_in_a_small_archive_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "SMALL_BYTES", 1 << 20)
    info = tarfile.TarInfo("a")
    info.pax_headers = {"comment": "x" * (4 << 20)}
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info)
    with pytest.raises(DataError, match=r"a\.tar\.gz: unpacks to more than"):
        contents(tmp_path / "a.tar.gz")


def test_a_sparse_member_is_refused(tmp_path):
    info = tarfile.TarInfo("sparse")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 0
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(info, io.BytesIO())
    with pytest.raises(DataError, match=r"a\.tar"):
        contents(tmp_path / "a.tar")
