import copy
import re
from pathlib import Path

import pytest

from scatterlab.config.load import load_config, validate
from scatterlab.config.overlay import overlay
from scatterlab.config.schema import schema_text
from scatterlab.errors import ConfigError

ROOT = Path(__file__).parents[2]
SMALL = {
    "datasets": {"d": {"format": "digits"}},
    "representations": {"p": {"kind": "pixels"}, "s": {"kind": "scattering", "J": 2}},
    "classifiers": {"svm": {"kind": "svm"}},
    "comparison": {"datasets": ["d"], "representations": ["p"], "classifiers": ["svm"]},
}

TRANSFER = {
    "networks__n": {"kind": "lenet5"},
    "representations__t": {"kind": "network", "network": "n", "layer": "F6", "trained_on": "e"},
    "comparison__representations": ["t"],
}
"""Paths and values of a network that is trained on another data set, `e`."""


DIGITS = {"format": "digits"}
NETWORKS = {"n": {"kind": "convolutional"}}
QUESTION = {
    "title": "Pooling",
    "dataset": "d",
    "base": "n",
    "vary": {"a": {"pooling": "max"}, "b": {"pooling": "strided"}},
}


def questioned(**keys):
    """SMALL with a network and the question q, of which some `keys` are set."""
    return changed(networks=NETWORKS, questions={"q": {**QUESTION, **keys}})


def changed(**paths):
    """SMALL with values set at dotted paths (dots written as double underscores)."""
    raw = copy.deepcopy(SMALL)
    for path, value in paths.items():
        *parents, last = path.split("__")
        section = raw
        for parent in parents:
            section = section.setdefault(parent, {})
        section[last] = value
    return raw


def layer(name):
    """A representation that takes a layer of the network n."""
    return {"kind": "network", "network": "n", "layer": name}


def published(**values):
    """A network with published weights of two colours."""
    weights = {"file": "w.pth", "digests": ["sha256:12345678"], "classes": 3}
    weights |= {"mean": [0, 0], "std": [1, 1], **values}
    return {"kind": "lenet5", "weights": weights}


def test_defaults_are_filled_in():
    config = validate(SMALL)
    assert config.representations["s"].bank == "unitary"
    assert config.datasets["d"].split.test_fraction == 0.2


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (changed(datasetz={}), "datasetz: unknown key; did you mean 'datasets'"),
        (changed(datasets__d__siez=3), "datasets.d.siez: unknown key; did you mean 'size'"),
        (changed(datasets__d__split={"sed": 1}), "datasets.d.split.sed: .*did you mean 'seed'"),
        (changed(datasets__d__format="digit"), "datasets.d: .*'digit'.*'digits'"),
        (changed(datasets__m={"format": "folder"}), "datasets.m: give either `path`"),
        (
            changed(datasets__m={"format": "idx", "archives": [{"file": "a", "url": "b"}]}),
            r"datasets.m.archives.0: give `digests` or `unpacked`",
        ),
        (changed(representations__s__J=-1), r"representations.s.J: .*greater than 0 \(given: -1\)"),
        (changed(representations__s__bank="unitry"), "representations.s.bank: .*'unitary'"),
        (
            changed(representations__c={"kind": "network", "network": "lenet", "layer": "F6"}),
            "representations.c.network: 'lenet' is not one of `networks`",
        ),
        (
            changed(**TRANSFER),
            "representations.t.trained_on: 'e' is not one of `datasets`",
        ),
        (
            changed(**TRANSFER, datasets__e={"format": "digits", "size": 32}, datasets__d__size=36),
            "t.trained_on: the images of 'e' have size 32×32, those of 'd' 36×36; give both",
        ),
        (
            changed(
                **TRANSFER,
                datasets__e={"format": "digits", "colour": "rgb"},
                datasets__d__colour="grey",
            ),
            "t.trained_on: the images of 'e' have colour rgb, those of 'd' grey; give both",
        ),
        (
            changed(**TRANSFER, datasets__e={"format": "sounds", "path": "x"}),
            "representations.t.trained_on: 'e' holds sounds, and networks take images",
        ),
        (changed(comparison__datasets=["dd"]), "'dd' is not one of `datasets`; did you mean 'd'"),
        (changed(comparison__train_sizes={"x": [3]}), "comparison.train_sizes: 'x'"),
        (changed(comparison__splits="resampled"), "train_sizes.d: .*numbers of training samples"),
        (
            changed(classifiers__svm__steps=["logg"]),
            r"classifiers.svm.steps.0: .*'standardise_transductive'.*\(given: 'logg'\)",
        ),
        (
            changed(classifiers__svm__steps=["log", {"select": {"per_clas": 3}}]),
            "classifiers.svm.steps.1.select.per_clas: unknown key; did you mean 'per_class'",
        ),
        (
            changed(classifiers__svm__steps=[{"selct": {}}]),
            "classifiers.svm.steps.0: a step is a name, or one of cosine, average_scales, select",
        ),
        (questioned(base="m"), "questions.q.base: 'm' is not one of `networks`"),
        (questioned(dataset="e"), "questions.q.dataset: 'e' is not one of `datasets`"),
        (questioned(vary={"a": {}}), "questions.q: give two variants"),
        (
            questioned(vary={"a": {"poolin": "max"}, "b": {"augmentation": {"shft": 1}}}),
            "questions.q.a.poolin: unknown key; did you mean 'pooling'",
        ),
        (
            questioned(vary={"a": {"augmentation": {"shft": 1}}, "b": {}}),
            "questions.q.a.augmentation.shft: unknown key; did you mean 'shift'",
        ),
        (
            questioned(along={"blocks": [1, 0]}),
            r"questions.q.a.0.blocks: .*greater than 0 \(given: 0\)",
        ),
        (
            questioned(vary={"a": {}, "b": {"channels": [4] * 4}}),
            "questions.q.b: takes images of at least 16×16 pixels, and those of 'd' have 8×8",
        ),
        (questioned(along={"blocks": [1]}), "questions.q.along.blocks: .*at least 2"),
        (
            changed(networks={"p": {"kind": "lenet5"}}, comparison__networks=["p"]),
            "comparison.networks: 'p' is a representation too",
        ),
        (
            changed(
                networks={"w": {"kind": "lenet5", "loss": "words_softmax", "captions": {}}},
                datasets__d={"format": "digits", "size": 32},
                comparison__networks=["w"],
            ),
            "networks.w: it learns the words of `captions`",
        ),
        (changed(comparison__networks=["n"]), "comparison.networks: 'n' is not one of `networks`"),
        (changed(classifiers__network={"kind": "svm"}), "classifiers: 'network' stands for"),
        (changed(classifiers={"a/b": {"kind": "svm"}}), "classifiers.a/b"),
        (changed(classifiers__svm__C=[]), "classifiers.svm.C"),
        (
            changed(classifiers__a={"kind": "argmax", "steps": ["log"]}),
            "classifiers.a: argmax decides by a network's maps as they are",
        ),
        (changed(networks__n=published(digests=["sha256:1234567"])), "networks.n.weights.digests"),
        (changed(networks__n=published(digests=[])), "networks.n.weights.digests"),
        (changed(networks__n=published(std=[1, 0])), "networks.n.weights.std.1: .*greater than 0"),
        (changed(networks__n=published(std=[1])), "networks.n.weights: `mean` and `std`"),
        (
            changed(
                networks__n=published(),
                datasets__d__size=32,
                comparison__networks=["n"],
            ),
            "networks.n: it would be trained to decide, and has published `weights`",
        ),
        (changed(analyses__only=["enrgy"]), "analyses.only: 'enrgy' is no analysis.*'energy'"),
        (changed(analyses__classifier="sv"), "analyses.classifier: 'sv' is not one of"),
        (
            changed(analyses__classifier="svm"),
            "analyses.classifier: 'svm' is of kind svm.*gradient",
        ),
        (
            changed(analyses__energy={"representations": ["t"]}),
            "analyses.energy.representations: 't' is not one of",
        ),
        (
            changed(networks__n={"kind": "lenet5"}, representations__t=layer("F7")),
            r"representations.t.layer: the network 'n' has no layer 'F7'; did you mean 'F6'\? "
            "known: C1, C3, C5, F6, S2, S4, output",
        ),
        (
            changed(**TRANSFER, analyses__factors={"layers": {"s": ["S3"]}}, datasets__e=DIGITS),
            r"analyses.factors.layers.s: it has no layer 'S3'; did you mean 'S\d'\? known: S0, S1",
        ),
        (changed(analyses__occlusion={"stride": 0}), "analyses.occlusion.stride"),
        (
            changed(analyses__occlusion={"layers": {"s": ["S0", "S1"]}}),
            "layers.s: one layer is looked at, not 2",
        ),
        (changed(analyses__clutter={"kinds": ["backgrounds"]}), "give both or neither"),
        (
            changed(analyses__clutter={"kinds": ["backgrounds"], "backgrounds": "x"}),
            "analyses.clutter.backgrounds: 'x' is not one of `datasets`",
        ),
        (changed(analyses__clutter={"over": []}), "no amount of clutter"),
        (
            changed(**TRANSFER, analyses__factors={"layers": {"t": ["c3"]}}, datasets__e=DIGITS),
            r"analyses.factors.layers.t: it has no layer 'c3'; .*known: C1, C3",
        ),
        (
            changed(networks__n={"kind": "lenet5", "layer_wise": True, "epochs": 6}),
            "networks.n: layer_wise: 7 layers have weights, and `epochs: 6` .* to 7 or more",
        ),
        (
            questioned(vary={"a": {}, "b": {"layer_wise": True, "epochs": 2}}),
            "questions.q.b.layer_wise: 3 layers have weights",
        ),
        ({}, "datasets: this key is required"),
    ],
)
def test_every_mistake_is_named(raw, message):
    with pytest.raises(ConfigError, match=message):
        validate(raw)


@pytest.mark.parametrize(
    ("dataset", "network", "message"),
    [
        ({"format": "digits"}, {"kind": "lenet5"}, "at least 32×32 .*'d' have 8×8"),
        ({"format": "digits", "size": 40}, {"kind": "alexnet"}, "`datasets.d.size: 63`"),
        ({"format": "digits", "size": [64, 31]}, {"kind": "vgg"}, "'d' have 64×31"),
        (
            {"format": "digits"},
            {"kind": "convolutional", "channels": [4, 4, 4, 4]},
            "at least 16×16",
        ),
        (
            {"format": "digits", "size": 16},
            {"kind": "hybrid", "scattering": {"kind": "scattering", "J": 4}},
            "at least 64×64",
        ),
    ],
)
def test_images_too_small_for_a_network_are_found_at_validation(dataset, network, message):
    raw = changed(
        datasets__d=dataset,
        networks__n=network,
        representations__p={"kind": "network", "network": "n", "layer": "output"},
    )
    with pytest.raises(ConfigError, match=f"networks.n: takes images of .*{message}"):
        validate(raw)
    large = {**dataset, "size": 64}
    validate({**raw, "datasets": {"d": large}})


def test_all_mistakes_are_reported_at_once():
    with pytest.raises(ConfigError) as caught:
        validate(changed(datasetz={}, representations__s__J=0))
    assert str(caught.value).count("\n") == 2


def test_an_overlay_merges_mappings_and_replaces_the_rest():
    merged = overlay({"a": {"b": 1, "c": [1, 2]}}, {"a": {"c": [3]}, "d": 4})
    assert merged == {"a": {"b": 1, "c": [3]}, "d": 4}


@pytest.mark.parametrize("paper", [None, *sorted(path.name for path in ROOT.glob("papers/*.yaml"))])
def test_the_files_of_this_project_are_valid(paper):
    """One that is laid over a paper's is named after it: bruna2013_large.yaml."""
    files = [ROOT / "datasets.yaml", ROOT / "config.yaml"]
    if paper:
        base = ROOT / "papers" / f"{paper.removesuffix('.yaml').split('_')[0]}.yaml"
        files += [base] * base.exists() + [ROOT / "papers" / paper]
    load_config(*files)


def test_the_schema_that_is_kept_is_the_models_own():
    assert (ROOT / "config.schema.json").read_text("utf-8") == schema_text()


def test_a_file_that_is_missing_or_not_yaml_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: no such"):
        load_config(tmp_path / "nowhere.yaml")
    (tmp_path / "bad.yaml").write_text("a: [1")
    with pytest.raises(ConfigError, match=r"bad\.yaml: not valid YAML"):
        load_config(tmp_path / "bad.yaml")


def test_steps_with_options_keep_them():
    select = {"per_class": 200, "repeats": 2, "orthonormal": False}
    config = validate(changed(classifiers__svm__steps=["log", {"select": select}, "cosine"]))
    dumped = config.classifiers["svm"].model_dump(mode="json")
    assert dumped["steps"] == ["log", {"select": select}, "cosine"]


def test_variants_of_a_question_are_networks():
    variants = validate(questioned()).variants()
    assert [*variants] == ["q.a", "q.b"]
    assert (variants["q.a"].pooling, variants["q.b"].pooling) == ("max", "strided")
    assert variants["q.a"].channels == [32, 64]


def test_along_a_key_every_variant_takes_every_value():
    variants = validate(questioned(along={"blocks": [1, 3]})).variants()
    assert [*variants] == ["q.a.1", "q.a.3", "q.b.1", "q.b.3"]
    assert (variants["q.b.3"].pooling, variants["q.b.3"].blocks) == ("strided", 3)


def test_a_network_and_a_variant_cannot_share_a_name():
    raw = questioned()
    raw["networks"] = {**NETWORKS, "q.a": NETWORKS["n"]}
    with pytest.raises(ConfigError, match=r"networks: 'q\.a' is the name of a variant"):
        validate(raw)


def test_an_analysis_may_have_data_sets_and_representations_of_its_own():
    two = {"d": {"format": "digits"}, "e": {"format": "digits"}}
    analyses = {"translation": {"datasets": ["e"], "representations": ["p"]}, "energy": {}}
    raw = changed(datasets=two, analyses=analyses, comparison__representations=["s"])
    config = validate(raw)
    assert config.asked() == ["energy", "translation"]
    assert config.analysed("datasets", "translation") == ["e"]
    assert config.analysed("datasets", "energy") == ["d"]
    assert config.met() == [("d", "s"), ("e", "p")]
    raw["analyses"]["translation"]["without"] = ["p"]
    assert validate(raw).met() == [("d", "s")]
    raw["analyses"]["only"] = ["energy"]
    assert validate(raw).met() == [("d", "s")]


@pytest.mark.parametrize(
    "name", ["../x", "-rf", "a b", "$(touch x)", "a;b", "'", "{a}", "<b>", "a\n"]
)
@pytest.mark.parametrize("section", ["datasets", "representations", "classifiers"])
def test_names_that_a_shell_or_a_path_would_take_for_more_are_refused(section, name):
    raw = copy.deepcopy(SMALL)
    raw[section][name] = next(iter(raw[section].values()))
    with pytest.raises(ConfigError, match=rf"{section}.*{re.escape(name.strip())}"):
        validate(raw)


def test_a_file_that_would_make_objects_is_refused(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(f"a: !!python/object/apply:os.mkdir [{tmp_path / 'made'}]")
    with pytest.raises(ConfigError, match=r"bad\.yaml: not valid YAML"):
        load_config(path)
    assert not (tmp_path / "made").exists()
