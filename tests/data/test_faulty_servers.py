"""Servers that do everything wrong: right bytes in the end, or a clear error and nothing kept."""

import contextlib
import gzip
import hashlib
import http.server
import os
import socket
import stat
import struct
import threading
import time
from email.utils import formatdate

import pytest

from scatterlab.data import fetch
from scatterlab.data.fetch import fetch_archive
from scatterlab.errors import DataError

CONTENT = b"right bytes " * 5000
CHUNK = b"400\r\n" + bytes(0x400) + b"\r\n"


class Faulty(http.server.BaseHTTPRequestHandler):
    """Answers /fault as the method ``fault`` does, and /fault-once so for the first time."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        fault = self.path.strip("/").split("-")[0]
        if self.path.endswith("-once") and self.path in self.server.asked:
            fault = "right"
        self.server.asked.append(self.path)
        getattr(self, fault)()

    def head(self, status=200, **headers):
        self.send_response(status)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def right(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT)

    def cut(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT[:1000])

    def chunkcut(self):
        self.head(Transfer_Encoding="chunked")
        self.wfile.write(CHUNK)

    def endless(self):
        self.head(Transfer_Encoding="chunked")
        with contextlib.suppress(ConnectionError):
            while True:
                self.wfile.write(CHUNK)

    def drip(self):
        self.head(Content_Length=len(CONTENT))
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(CONTENT), 100):
                self.wfile.write(CONTENT[start : start + 100])
                self.server.closing.wait(0.01)

    def stall(self):
        self.server.closing.wait(20)

    def stallmidway(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT[:1000])
        self.server.closing.wait(20)

    def reset(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT[:1000])
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def wrong(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT[:-1] + b"!")

    def toomuch(self):
        self.head()
        self.wfile.write(CONTENT * 2)

    def page(self):
        self.head(Content_Type="text/html", Content_Length=30)
        self.wfile.write(b"<html>Please log in here</html>"[:30])

    def packed(self):
        content = gzip.compress(CONTENT)
        self.head(Content_Encoding="gzip", Content_Length=len(content))
        self.wfile.write(content)

    def missing(self):
        self.head(404, Content_Length=0)

    def forbidden(self):
        self.head(403, Content_Length=0)

    def busy(self):
        self.head(503, Content_Length=0)

    def often(self):
        self.head(429, Retry_After=90, Content_Length=0)

    def untildate(self):
        self.head(503, Retry_After=formatdate(time.time() + 100, usegmt=True), Content_Length=0)

    def later(self):
        self.head(503, Retry_After=7_200, Content_Length=0)

    def oddly(self):
        self.head(503, Retry_After="soon", Content_Length=0)

    def moved(self):
        self.head(302, Location="/right", Content_Length=0)

    def loop(self):
        self.head(302, Location=self.path, Content_Length=0)

    def tofile(self):
        self.head(302, Location="file:///etc/hostname", Content_Length=0)

    def toftp(self):
        self.head(302, Location="ftp://127.0.0.1/right", Content_Length=0)

    def nonsense(self):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(fetch, "TIMEOUT", 0.3)
    monkeypatch.setattr(fetch, "MAX_BYTES", 4 * len(CONTENT))
    monkeypatch.setattr(fetch, "PERIOD", 0.1)
    monkeypatch.setattr(fetch, "SLOWEST", 20_000)
    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as served:
        served.asked, served.slept, served.closing = [], slept, threading.Event()
        thread = threading.Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        served.address = f"http://127.0.0.1:{served.server_port}"
        yield served
        served.closing.set()
        served.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path):
    """Where the archive is put; an older one stands there."""
    path = tmp_path / "archives" / "images.bin"
    path.parent.mkdir()
    path.write_bytes(b"an older version")
    return path


def described(url, file="images.bin"):
    digest = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
    return {"file": file, "url": url, "digests": [digest], "unpacked": None}


ALWAYS = {
    "cut": "",
    "chunkcut": "",
    "endless": "more than 240,000 bytes",
    "drip": "too slow",
    "stall": "timed out",
    "stallmidway": "timed out",
    "reset": "",
    "wrong": "wrong checksum",
    "toomuch": "wrong checksum",
    "page": "wrong checksum",
    "missing": "404",
    "forbidden": "403",
    "busy": "503",
    "often": "429",
    "untildate": "503",
    "later": "asks to be left alone for 7,200 seconds",
    "oddly": "",
    "loop": "redirects",
    "tofile": "file:",
    "toftp": "ftp:",
    "nonsense": "",
}


@pytest.mark.parametrize("fault", ALWAYS)
def test_what_is_always_wrong_is_named_and_the_older_file_stays(server, target, monkeypatch, fault):
    monkeypatch.setattr(fetch, "RETRIES", 1)
    url = f"{server.address}/{fault}"
    with pytest.raises(DataError, match=r"images\.bin could not be fetched; tried:") as raised:
        fetch_archive(described(url), target)
    assert f"{url}: " in str(raised.value)
    assert ALWAYS[fault] in str(raised.value)
    assert "SCATTERLAB_MIRROR" in str(raised.value)
    assert target.read_bytes() == b"an older version"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    "fault", ["cut", "chunkcut", "stall", "stallmidway", "reset", "busy", "often", "nonsense"]
)
def test_what_is_wrong_once_is_asked_for_again(server, target, fault):
    fetch_archive(described(f"{server.address}/{fault}-once"), target)
    assert target.read_bytes() == CONTENT
    assert server.asked == [f"/{fault}-once"] * 2


@pytest.mark.parametrize(("fault", "seconds"), [("often", 90), ("untildate", 100)])
def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(server, target, capfd, fault, seconds):
    fetch_archive(described(f"{server.address}/{fault}-once"), target)
    assert target.read_bytes() == CONTENT
    assert max(server.slept) == pytest.approx(seconds, abs=2)
    assert "asks to wait for" in capfd.readouterr().err


def test_nobody_waits_for_a_try_that_does_not_come(server, target, monkeypatch):
    monkeypatch.setattr(fetch, "RETRIES", 1)
    with pytest.raises(DataError, match="429"):
        fetch_archive(described(f"{server.address}/often"), target)
    assert server.slept.count(90) == 1


@pytest.mark.parametrize("fault", ["missing", "forbidden", "wrong", "endless", "drip", "later"])
def test_what_would_be_wrong_again_is_asked_for_once(server, target, fault):
    with pytest.raises(DataError):
        fetch_archive(described(f"{server.address}/{fault}"), target)
    assert server.asked == [f"/{fault}"]


@pytest.mark.parametrize("mode", [0o640, 0o644])
def test_who_may_read_it_is_what_the_user_lets(server, target, mode):
    previous = os.umask(0o666 - mode)
    try:
        fetch_archive(described(f"{server.address}/right"), target)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(target.stat().st_mode) == mode


@pytest.mark.parametrize("fault", ["moved", "packed"])
def test_what_comes_by_another_way_is_right(server, target, fault):
    fetch_archive(described(f"{server.address}/{fault}"), target)
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("fault", sorted(ALWAYS))
def test_a_faulty_mirror_is_told_and_the_published_place_asked(server, target, capfd, fault):
    archive = described(f"{server.address}/right", file=fault)
    fetch_archive(archive, target, server.address)
    assert target.read_bytes() == CONTENT
    assert f"{server.address}/{fault}: " in capfd.readouterr().err
