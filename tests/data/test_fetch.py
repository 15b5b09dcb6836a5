import contextlib
import gzip
import hashlib
import http.server
import threading

import pytest

from scatterlab.data import checksum, fetch
from scatterlab.data.fetch import fetch_archive
from scatterlab.errors import ConfigError, DataError

CONTENT = b"forty-two images" * 1000


def described(content, file="set/images.bin", url=None, kind="sha256"):
    digest = f"{kind}:{hashlib.new(kind, content).hexdigest()}"
    return {"file": file, "url": url, "digests": [digest], "unpacked": None}


@pytest.fixture
def mirror(tmp_path):
    folder = tmp_path / "mirror"
    (folder / "set").mkdir(parents=True)
    (folder / "set" / "images.bin").write_bytes(CONTENT)
    return folder


@pytest.fixture
def target(tmp_path):
    return tmp_path / "archives" / "images.bin"


@pytest.fixture(autouse=True)
def no_retries(monkeypatch):
    monkeypatch.setattr(fetch, "RETRIES", 0)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; announces more bytes than it sends for any path with ``cut`` in it."""

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        if "cut" not in self.path:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:100])
        return None


@pytest.fixture
def server(mirror):
    """The address of a local HTTP server of the mirror's files, and the paths asked for."""

    def handler(*arguments):
        return Handler(*arguments, directory=mirror)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        served.asked = []
        thread = threading.Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}", served.asked
        served.shutdown()
        thread.join()


@contextlib.contextmanager
def nothing_new(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    yield
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_a_folder_is_a_mirror(mirror, target, kind):
    fetch_archive(described(CONTENT, kind=kind), target, str(mirror))
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


def test_a_file_url_is_a_mirror(mirror, target):
    fetch_archive(described(CONTENT), target, mirror.as_uri())
    assert target.read_bytes() == CONTENT


def test_a_url_prefix_is_a_mirror(server, target):
    address, _ = server
    fetch_archive(described(CONTENT), target, address + "/")
    assert target.read_bytes() == CONTENT


def test_what_the_mirror_lacks_comes_from_the_url(server, mirror, target):
    address, asked = server
    archive = described(CONTENT, file="elsewhere.bin", url=f"{address}/set/images.bin")
    fetch_archive(archive, target, str(mirror))
    assert target.read_bytes() == CONTENT
    fetch_archive(archive, target.with_name("again"), address)
    assert asked == ["/set/images.bin", "/elsewhere.bin", "/set/images.bin"]


def test_a_right_file_is_not_fetched_again(server, target):
    address, asked = server
    target.parent.mkdir()
    target.write_bytes(CONTENT)
    fetch_archive(described(CONTENT), target, address)
    assert asked == []


def test_without_any_place_the_error_tells_what_was_tried_and_how_to_set_a_mirror(
    server, mirror, target
):
    address, _ = server
    archive = described(CONTENT, file="none.bin", url=f"{address}/none.bin")
    with pytest.raises(DataError) as raised:
        fetch_archive(archive, target, str(mirror))
    for part in (str(mirror / "none.bin"), archive["url"], "404", "SCATTERLAB_MIRROR", "`mirror`"):
        assert part in str(raised.value)
    with pytest.raises(DataError, match="a mirror only"):
        fetch_archive(described(CONTENT), target, None)


def test_an_unreachable_server_is_said(target):
    archive = described(CONTENT, url="http://127.0.0.1:9/images.bin")
    with pytest.raises(DataError, match=r"127\.0\.0\.1"):
        fetch_archive(archive, target)
    assert not target.exists()


def test_a_wrong_checksum_keeps_nothing_and_leaves_what_stood_there(mirror, target):
    target.parent.mkdir()
    target.write_bytes(b"an older version")
    archive = described(b"other content")
    with nothing_new(target.parent), pytest.raises(DataError) as raised:
        fetch_archive(archive, target, str(mirror))
    found = hashlib.sha256(CONTENT).hexdigest()
    for part in ("set/images.bin", archive["digests"][0], found, str(mirror)):
        assert part in str(raised.value)
    assert list(target.parent.iterdir()) == [target]


def test_a_truncated_response_keeps_nothing(server, target):
    address, _ = server
    with pytest.raises(DataError, match=r"cut\.bin"):
        fetch_archive(described(CONTENT, file="cut.bin"), target, address)
    assert list(target.parent.iterdir()) == []


def test_a_gzip_file_that_unpacks_without_end_is_not_read_to_it(mirror, target, monkeypatch):
    monkeypatch.setattr(checksum, "SMALL_BYTES", 1 << 20)
    archive = described(CONTENT, file="images.gz")
    archive["unpacked"] = archive.pop("digests")[0]
    (mirror / "images.gz").write_bytes(gzip.compress(bytes(8 << 20)))
    with pytest.raises(DataError, match=r"images\.gz: .*unpacks to more than 1,048,576 bytes"):
        fetch_archive(archive, target, str(mirror))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:50] + b"x" * 900])
def test_unpacked_content_is_verified_whatever_its_wrapping(mirror, target, damage):
    archive = described(CONTENT, file="images.gz")
    archive["unpacked"] = archive.pop("digests")[0]
    for level in (1, 9):
        (mirror / "images.gz").write_bytes(gzip.compress(CONTENT, level))
        fetch_archive(archive, target, str(mirror))
        target.unlink()
    (mirror / "images.gz").write_bytes(damage(gzip.compress(CONTENT, 0)))
    with pytest.raises(DataError, match=r"images\.gz: wrong checksum.*gzip file is (trunc|dama)"):
        fetch_archive(archive, target, str(mirror))
    assert list(target.parent.iterdir()) == []


def test_a_mirror_that_is_no_folder_is_refused(tmp_path, target):
    with pytest.raises(ConfigError, match="not an existing folder"):
        fetch_archive(described(CONTENT, url="http://127.0.0.1:9/x"), target, str(tmp_path / "no"))
