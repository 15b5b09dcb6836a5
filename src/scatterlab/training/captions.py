"""Noisy captions in place of labels: for each image a bag of words (Joulin et al. 2016).

Some words belong to one class, some to several, and some, frequent ones too, to none. A caption
lacks some of the right words and has some wrong ones. A network learns the words that occur most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scatterlab.errors import ConfigError


@dataclass(frozen=True)
class Captions:
    """The captions of images, as far as they are of `words`, the most frequent first.

    `bags`, uint8 of shape (sample, word), are 1 where an image's caption has a word.
    """

    words: tuple[str, ...]
    bags: np.ndarray


def make_captions(labels: np.ndarray, class_names: Sequence[str], spec: Mapping) -> Captions:
    """Captions of images with `labels`, integers from 0, drawn as `spec` says.

    `spec` is a section ``captions`` of the configuration as a mapping. The same seed and labels
    give the same captions. Raises `ConfigError` if fewer than K words occur.
    """
    rng = np.random.default_rng(spec["seed"])
    words, belongs = vocabulary(class_names, spec, rng)
    bags = right_words(belongs[labels], spec["dropout"], rng)
    bags |= wrong_words(~belongs[labels] & belongs.any(axis=0), spec["wrong"], rng)
    bags[:, len(words) - spec["fillers"] :] = fillers(len(labels), spec, rng)
    counts = bags.sum(axis=0)
    occurring = int((counts > 0).sum())
    if occurring < spec["K"]:
        raise ConfigError(
            f"captions.K: {spec['K']} words are asked for, and {occurring} of {len(words)} occur; "
            "lower K, or ask for more words"
        )
    kept = np.argsort(-counts, kind="stable")[: spec["K"]]
    return Captions(tuple(words[word] for word in kept), bags[:, kept].astype(np.uint8))


def vocabulary(class_names: Sequence[str], spec: Mapping, rng) -> tuple[list[str], np.ndarray]:
    """All words, and to which classes each belongs: bool of shape (class, word).

    In turn ``words_per_class`` of each class, ``shared`` that belong to two classes each, and
    ``fillers`` that belong to none.
    """
    own = np.repeat(np.eye(len(class_names), dtype=bool), spec["words_per_class"], axis=1)
    pairs = np.zeros((len(class_names), spec["shared"]), bool)
    for word in range(spec["shared"]):
        pairs[rng.choice(len(class_names), min(2, len(class_names)), replace=False), word] = True
    nothing = np.zeros((len(class_names), spec["fillers"]), bool)
    words = [f"{name}.{n}" for name in class_names for n in range(spec["words_per_class"])]
    words += [f"shared.{n}" for n in range(spec["shared"])]
    words += [f"filler.{n}" for n in range(spec["fillers"])]
    return words, np.concatenate([own, pairs, nothing], axis=1)


def right_words(belongs: np.ndarray, dropout: float, rng) -> np.ndarray:
    """Each word that belongs to an image's class, unless it is left out."""
    return belongs & (rng.random(belongs.shape) >= dropout)


def wrong_words(foreign: np.ndarray, mean: float, rng) -> np.ndarray:
    """Of the words of other classes, `mean` in an image on average, all equally likely."""
    share = mean / np.maximum(foreign.sum(axis=1, keepdims=True), 1)
    return foreign & (rng.random(foreign.shape) < share)


def fillers(samples: int, spec: Mapping, rng) -> np.ndarray:
    """Filler r has chance 1/(r + 2): by Zipf's law, the first are in every other caption."""
    return rng.random((samples, spec["fillers"])) < 1 / np.arange(2, spec["fillers"] + 2)
