"""The page as a browser sees it."""

import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image
from small_run import PUBLISHED

from scatterlab.report.page import build_report

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium on the path"),
]

PROBE = """<iframe id="page" src="index.html"></iframe><script>
addEventListener("load", () => {
  const images = document.getElementById("page").contentDocument.images;
  document.title = [...images].map(i => `${i.complete}:${i.naturalWidth}:${i.clientWidth}`).join();
});
</script>"""


@pytest.fixture(scope="module")
def page(finished_run):
    layout, contents = finished_run
    target = layout.results / "report" / "index.html"
    build_report([contents], layout.results, target, published=PUBLISHED)
    return target


def browse(page, profile, *arguments):
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += ["--disable-background-networking", "--enable-logging=stderr", "--v=0"]
    command += [f"--user-data-dir={profile}", *arguments, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)


def test_every_figure_is_drawn_and_nothing_complains(page, tmp_path):
    probe = page.with_name("probe.html")
    probe.write_text(PROBE)
    seen = browse(probe, tmp_path, "--allow-file-access-from-files", "--dump-dom")
    assert "CONSOLE" not in seen.stderr  # where names that are scripts would write
    title = seen.stdout.split("<title>")[1].split("</title>")[0]
    figures = [figure.split(":") for figure in title.split(",")]
    assert len(figures) == 11
    for complete, natural, shown in figures:
        assert complete == "true"
        assert int(natural) > 0
        assert int(shown) > 0


def test_the_page_has_something_to_see(page, tmp_path):
    shot = tmp_path / "page.png"
    seen = browse(page, tmp_path, f"--screenshot={shot}", "--window-size=1200,3000")
    assert "CONSOLE" not in seen.stderr
    pixels = np.asarray(Image.open(shot).convert("L"))
    inked = (pixels < 128).reshape(30, -1).mean(axis=1)
    assert (inked > 0.001).mean() > 0.8
