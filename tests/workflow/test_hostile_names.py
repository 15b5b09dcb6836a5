"""Names of classes and files that would be code, somewhere on the way to the page."""

from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.workflow
HOSTILE = [
    "<script>document.title='taken'<",
    '"><img src=x onerror="alert(1)">',
    "$(touch taken); `touch taken` -rf",
    r"$\frac{1$ {curly} <angle> %s 'q'",
    "=1+1\n--two lines",
    "‮right to left",
]


class Page(HTMLParser):
    """The tags of a page and the attributes that they have."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def overlay(workflow, tmp_path):
    """Noise of a brightness of its own for each class, under names that are not kind."""
    rng = np.random.default_rng(0)
    for number, name in enumerate(HOSTILE):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for image in range(10):
            noise = np.clip(rng.normal(20 + 40 * number, 10, (16, 16)), 0, 255)
            Image.fromarray(noise.astype(np.uint8)).save(
                tmp_path / "mine" / name / f"{image} {{x}} <y> $(touch taken) '.png"
            )
    lines = f"""
datasets: {{mine: {{format: folder, path: {tmp_path / "mine"}}}}}
comparison: {{datasets: [mine], representations: [pixels], train_sizes: {{mine: [all]}}}}
analyses: {{only: [occlusion], samples: 12, occlusion: {{without: [], examples: 6, stride: 8}}}}
"""
    return workflow.write("mine.yaml", lines)


def test_they_are_words_everywhere_and_nothing_else(workflow, overlay):
    report = workflow.folder / "results/report/index.html"
    usual = Page(report.read_text())
    workflow.run(config=[overlay])
    page = Page(report.read_text())
    assert set(page.tags) <= set(usual.tags)
    assert page.tags.count("script") == usual.tags.count("script")
    assert not {name for name in page.attributes if name.startswith("on")}
    for name in HOSTILE:
        assert " ".join(name.split()) in " ".join(page.text.split())
    assert not list(workflow.folder.rglob("taken"))
