"""Learning from captions: what they are, what they cost, and which are learned from."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scatterlab.config.networks import LeNet5
from scatterlab.config.training import Captions as Specification
from scatterlab.errors import ConfigError
from scatterlab.training.captions import make_captions
from scatterlab.training.registry import build_loss
from scatterlab.training.uniform_words import UniformWords
from scatterlab.training.words_one_vs_all import words_one_vs_all
from scatterlab.training.words_softmax import words_softmax

CLASSES = ["cat", "dog", "owl"]
LABELS = np.arange(3000) % 3


def captions(**values):
    values = {"words_per_class": 2, "shared": 1, "fillers": 3, "K": 10, **values}
    return make_captions(LABELS, CLASSES, Specification(**values).model_dump())


def frequency(made, word, label):
    return made.bags[label == LABELS, made.words.index(word)].mean()


def random_bags(seed, samples=40, words=7):
    draw = torch.Generator().manual_seed(seed)
    bags = torch.rand(samples, words, generator=draw) < 0.3
    bags[:, 0] |= ~bags.any(dim=1)
    return torch.randn(samples, words, generator=draw, dtype=torch.float64), bags.to(torch.uint8)


def test_a_caption_without_noise_names_the_class_and_no_other():
    made = captions(dropout=0, wrong=0, fillers=0, shared=0, K=6)
    for label, name in enumerate(CLASSES):
        for word in made.words:
            assert frequency(made, word, label) == word.startswith(name)


def test_right_words_are_left_out_at_their_rate():
    made = captions(dropout=0.4, wrong=0)
    assert frequency(made, "owl.1", 2) == pytest.approx(0.6, abs=0.05)
    assert frequency(made, "owl.1", 0) == 0


def test_wrong_words_come_at_their_rate_and_are_of_other_classes():
    made = captions(dropout=0, wrong=1.5, shared=0, K=9)
    foreign = [word for word in made.words if word.split(".")[0] in ("dog", "owl")]
    mean = sum(frequency(made, word, 0) for word in foreign)
    assert mean == pytest.approx(1.5, abs=0.1)
    assert frequency(made, "cat.0", 0) == 1


def test_a_shared_word_belongs_to_two_classes():
    made = captions(dropout=0, wrong=0)
    assert sorted(frequency(made, "shared.0", label) for label in range(3)) == [0, 1, 1]


def test_fillers_follow_zipfs_law_and_tell_nothing():
    made = captions(dropout=0.9)
    for label in range(3):
        assert frequency(made, "filler.0", label) == pytest.approx(1 / 2, abs=0.06)
        assert frequency(made, "filler.2", label) == pytest.approx(1 / 4, abs=0.06)


@pytest.mark.parametrize("K", [1, 4, 10])
def test_the_K_most_frequent_words_are_kept_first_to_last(K):
    counts = captions(K=K).bags.sum(axis=0)
    assert len(counts) == K
    assert (np.diff(counts.astype(int)) <= 0).all()
    everything = np.sort(captions(K=10).bags.sum(axis=0))[::-1]
    assert counts.tolist() == everything[:K].tolist()


def test_the_seed_alone_says_what_the_captions_are():
    first, again, other = captions(seed=1), captions(seed=1), captions(seed=2)
    assert first.words == again.words
    assert np.array_equal(first.bags, again.bags)
    assert first.words != other.words or not np.array_equal(first.bags, other.bags)


def test_too_large_a_K_is_named_with_the_remedy():
    with pytest.raises(
        ConfigError, match=r"captions\.K: 11 words are asked for, and 10 of 10 occur"
    ):
        captions(K=11)


@given(seed=st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_losses_are_torchs(seed):
    logits, bags = random_bags(seed)
    shares = bags.double() / bags.sum(dim=1, keepdim=True)
    expected = torch.nn.functional.cross_entropy(logits, shares)
    torch.testing.assert_close(words_softmax(logits, bags), expected)
    each = torch.nn.functional.binary_cross_entropy_with_logits(logits, bags.double())
    torch.testing.assert_close(words_one_vs_all(logits, bags), each * bags.shape[1])


@pytest.mark.parametrize("loss", [words_softmax, words_one_vs_all])
def test_gradients_are_those_of_finite_differences(loss):
    logits, bags = random_bags(0, samples=3, words=4)
    assert torch.autograd.gradcheck(lambda z: loss(z, bags), logits.requires_grad_())


def test_one_word_an_image_costs_what_a_class_costs():
    logits, _ = random_bags(0)
    labels = torch.arange(len(logits)) % logits.shape[1]
    bags = torch.nn.functional.one_hot(labels, logits.shape[1])
    expected = torch.nn.functional.cross_entropy(logits, labels)
    torch.testing.assert_close(words_softmax(logits, bags), expected)


def test_an_empty_bag_costs_nothing_and_large_logits_do_not_overflow():
    assert words_softmax(torch.randn(2, 3), torch.zeros(2, 3)) == 0
    large = torch.tensor([[1e4, -1e4]])
    assert words_one_vs_all(large, torch.tensor([[0, 1]])).item() == 2e4


def test_words_are_equally_likely_however_rare():
    bags = np.zeros((1000, 3), np.uint8)
    bags[1:900, 0], bags[900:950, 1], bags[999, 2] = 1, 1, 1
    images = UniformWords(bags).draw(9000, np.random.default_rng(0))
    # three outcomes: 3,000 ± 45 each
    assert np.abs(bags[images].sum(axis=0) - 3000.0).max() < 200
    assert bags[images].any(axis=1).all()
    among = np.bincount(images, minlength=950)[900:950]
    assert among.min() > 25


def test_an_image_of_several_words_is_drawn_for_each():
    bags = np.array([[1, 1], [1, 0], [0, 1]], np.uint8)
    counts = np.bincount(UniformWords(bags).draw(4000, np.random.default_rng(0)))
    assert counts / 4000 == pytest.approx([0.5, 0.25, 0.25], abs=0.04)


def test_draws_follow_the_generator():
    _, bags = random_bags(1)
    words = UniformWords(bags.numpy())
    first, again = (words.draw(20, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("loss", ["words_softmax", "words_one_vs_all"])
def test_what_is_right_is_a_likeliest_word_of_the_caption(loss):
    built = build_loss({"loss": loss, "captions": Specification(K=20).model_dump()})
    targets = built.targets(LABELS, CLASSES)
    assert len(targets.names) == targets.values.shape[1] == 20
    output = torch.tensor([[0.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    bags = torch.tensor([[1, 1, 0], [0, 1, 1]], dtype=torch.uint8)
    assert built.right(output, bags).tolist() == [True, False]
    drawn = targets.order(np.random.default_rng(0))
    assert len(drawn) == len(LABELS)
    assert targets.values[drawn].any(dim=1).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"loss": "words_softmax"}, "`loss: words_softmax` learns words: give `captions`"),
        ({"captions": {}}, "learned with `loss: words_softmax` or `words_one_vs_all`, not softmax"),
    ],
)
def test_captions_and_their_losses_need_one_another(values, message):
    with pytest.raises(ValidationError, match=message):
        LeNet5(kind="lenet5", **values)
