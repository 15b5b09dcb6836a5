"""The page holds everything, needs nothing else, and trusts no name."""

import json
import re
import shutil
from dataclasses import replace

import pytest
from small_run import PUBLISHED

from scatterlab.errors import StoreError
from scatterlab.report.layout import Contents, Layout
from scatterlab.report.page import build_report

GIVEN = {
    "title": "A <em>run</em>",
    "published": PUBLISHED,
    "demonstrations": ["texture_pair"],
}
LOADED = re.compile(r"""(?:src|poster|data)\s*=\s*["']([^"']*)|url\(([^)]*)\)|@import""")


@pytest.fixture(scope="module")
def page(finished_run, tmp_path_factory):
    layout, contents = finished_run
    target = layout.results / "report" / "index.html"
    build_report([contents], layout.results, target, **GIVEN)
    return target


@pytest.fixture(scope="module")
def text(page):
    return page.read_text(encoding="utf-8")


def test_nothing_is_loaded_from_elsewhere(text):
    sources = [match[1] for match in LOADED.finditer(text)]
    assert sources
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert re.findall(r"<link[^>]*href=\"([^\"]*)", text) == ["data:,"]
    assert "<script" not in text


def test_every_figure_is_in_the_page(text):
    numbers = re.findall(r"<figcaption><b>Figure (\d+)\.", text)
    assert numbers == [str(number) for number in range(1, 13)]
    assert text.count("<img ") == 12


def test_a_published_table_of_energies_says_what_it_is_of(text):
    assert "published, of other &lt;b&gt;images&lt;/b&gt;" in text
    row = '<td class="number">2</td>' + "".join(
        f'<td class="number">{share}</td>' for share in ("87.56", "11.97", "0.35", "99.88")
    )
    assert row in text


def test_redundancy_is_told_by_method_and_by_operator(text):
    assert re.search(r">70\.0</td><td class=\"number\">\d+\.\d<small>± \d+\.\d</small>", text)
    assert "Of 60,570 weights of convolutions and full layers" in text
    assert "right on 95.00 % of 200 test images" in text
    assert "&lt;i&gt;conv&lt;/i&gt;8</td>" in text
    assert "90.0 %<small>rank 10, 10 % away</small>" in text
    assert "0.200 ms an image when whole, 64 at a time" in text


def test_names_are_text_not_markup(text):
    for hostile in ("<script>console", "<em>run", "<b>Table", "<i>rbf", "<u>pooling"):
        assert hostile not in text
    assert "Shapes &lt;script&gt;" in text
    assert "a paper, &lt;b&gt;Table&lt;/b&gt; 4" in text


def test_published_errors_stand_beside_ours(text):
    table = re.search(r'<table class="published">.*?</table>', text, re.S)[0]
    rows = [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip()
        for row in re.findall(r"<tr>.*?</tr>", table, re.S)[1:]
    ]
    assert rows[0].startswith("scattering svm all (1,000) 1.00")
    assert "1.50 [S] −0.50 ±" in rows[0]
    assert "within sampling error" in rows[0]
    assert "20.00 [M] −15.00 ±" in rows[1]
    assert "ours is lower" in rows[1]
    assert "pixels svm 5,000 not run 4.00 [S2]" in rows[2]
    assert "read in the authors&#39; own code" in text


def plain(markup):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def test_a_network_that_decides_itself_is_one_more_column(text):
    table = re.search(r'<table class="accuracy">.*?</table>', text, re.S)[0]
    assert plain(table).startswith("training samples classifier pixels scattering lenet 100")
    assert table.count('rowspan="2"') == 4
    assert "lenet: a network that decides itself, trained on the same training sets" in plain(text)


def test_everything_is_laid_beside_a_network(text):
    table = plain(re.search(r'<table class="beside">.*?</table>', text, re.S)[0])
    assert table.startswith("100 1,000 pixels, svm −9.50 ±")
    assert "scattering, softmax" in table
    assert "lenet" not in table


def test_an_answer_is_a_table_a_figure_and_a_sentence(text):
    table = plain(re.search(r'<table class="question">.*?</table>', text, re.S)[0])
    assert "average pooling: average 1,234 5.00 0.50 15.00 ± 0.00 +10.00 ±" in table
    assert "Average or maximum. max errs least, 5.00 %; average (+10.00 ±" in plain(text)
    assert "100 training and 200 test images, 2 draws" in plain(text)


def test_the_page_says_what_is_averaged_and_split_and_what_is_transductive(finished_run, tmp_path):
    layout, contents = finished_run
    copy = Layout(tmp_path / "results")
    shutil.copytree(layout.results, copy.results)
    protocol = {"splits": "resampled", "score": "class_mean"}
    contents = replace(contents, train_sizes={"100": 2}, deciding=(), **protocol)
    for path in copy.evaluations(contents):
        content = json.loads(path.read_text())
        if content["classifier"] == "svm":
            content["parameters"]["transductive"] = True
        content["class_mean"] = {"n_test": 90.0, "error": 0.125, "interval": [0.8, 0.9]}
        path.write_text(json.dumps(content))
    build_report([contents], copy.results, copy.results / "index.html", published=PUBLISHED)
    text = (copy.results / "index.html").read_text(encoding="utf-8")
    assert "the mean over classes of the error in each" in text
    assert "standard deviation over random splits" in text
    assert "so many of each class train, all others test" in text
    assert "in its own split, which is not used here" in text
    assert "12.50" in text
    assert text.count("svm (transductive)") >= 4
    assert "Transductive: the features were standardised" in text


def test_a_plain_page_speaks_of_none_of_these(text):
    for word in ("ransductive", "mean over classes", "random splits", "own split"):
        assert word not in text


def test_every_link_leads_to_an_artifact(page, text):
    links = re.findall(r'<a href="([^"#][^"]*)"', text)
    assert len(links) > 20
    assert all((page.parent / link).exists() for link in links)


def test_a_network_is_listed_with_the_data_that_it_was_trained_on(text):
    assert ">strokes/lenet5/weights.safetensors</a>" in text


def test_same_inputs_same_bytes(finished_run, page, tmp_path):
    layout, contents = finished_run
    again = layout.results / "report" / "again.html"
    build_report([contents], layout.results, again, **GIVEN)
    assert again.read_bytes() == page.read_bytes()


def test_analyses_and_comparison_may_be_left_out(finished_run, tmp_path):
    layout, contents = finished_run
    bare = Contents(contents.dataset)
    assert not layout.decisions(bare)
    target = layout.results / "report" / "bare.html"
    build_report([bare], layout.results, target, published=PUBLISHED)
    text = target.read_text(encoding="utf-8")
    assert text.count("<img ") == 1
    assert "Published, not run here" in text
    assert text.count("not run</td>") == len(PUBLISHED)


def test_a_missing_artifact_is_named_and_the_page_kept(finished_run, tmp_path):
    layout, contents = finished_run
    page = tmp_path / "index.html"
    page.write_text("before")
    with pytest.raises(StoreError, match="train-7-draw-0"):
        build_report([replace(contents, train_sizes={"7": 1})], layout.results, page)
    with pytest.raises(StoreError, match="run the rule"):
        build_report([contents], Layout(tmp_path / "nowhere").results, page)
    assert page.read_text() == "before"
