"""A tree's nodes by order and lattice: what is computed in one go, and from what."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from scatterlab.engines.tree import Tree


@dataclass(frozen=True)
class Feed:
    """How nodes of a group follow from the parents that are sampled on one lattice.

    Attributes
    ----------
    before : level of the parents.
    children : (child, 3) int32: the parent's place in its group, the filter's number, and the
        node's own place. Sorted by parent.
    filters : for each filter, a node that it makes.
    """

    before: int
    children: np.ndarray
    filters: tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """The nodes of one order on one lattice.

    Attributes
    ----------
    level : of their lattice.
    nodes : (place,) int32 indices into the tree's nodes; those with children come first.
    inner : how many have children.
    feeds : what they are computed from, one for each lattice of their parents.
    """

    level: int
    nodes: np.ndarray
    inner: int
    feeds: tuple[Feed, ...]


def layers_of(tree: Tree) -> list[list[Group]]:
    """The groups of each order from 0, where the root is alone."""
    root = Group(tree.nodes[0].level, np.zeros(1, np.int32), int(bool(tree.children(0))), ())
    layers = [[root]]
    while inner := [node for group in layers[-1] for node in group.nodes[: group.inner]]:
        layers.append(next_layer(tree, inner, layers[-1]))
    return layers


def next_layer(tree: Tree, parents: list[int], layer: list[Group]) -> list[Group]:
    """The groups of all children of `parents`, which are the inner nodes of `layer`."""
    places = {node: place for group in layer for place, node in enumerate(group.nodes)}
    on_level = defaultdict(list)
    for parent in parents:
        for child in tree.children(parent):
            on_level[tree.nodes[child].level].append(child)
    return [group_of(tree, level, on_level[level], places) for level in sorted(on_level)]


def group_of(tree: Tree, level: int, members: list[int], places: dict[int, int]) -> Group:
    """The group of `members` on the lattice of `level`; `places` are those of their parents."""
    inner = [node for node in members if tree.children(node)]
    nodes = inner + [node for node in members if not tree.children(node)]
    from_level = defaultdict(list)
    for place, node in enumerate(nodes):
        from_level[tree.step(node)[1]].append((places[tree.nodes[node].parent], node, place))
    feeds = [feed_of(tree, before, from_level[before]) for before in sorted(from_level)]
    return Group(level, np.array(nodes, np.int32), len(inner), tuple(feeds))


def feed_of(tree: Tree, before: int, family: list[tuple[int, int, int]]) -> Feed:
    """The feed of a `family` of (parent's place, node, place), parents on level `before`."""
    filters: dict = {}
    children = []
    for parent, node, place in sorted(family):
        wavelet = tree.nodes[node].wavelet
        number = filters.setdefault(wavelet, (len(filters), node))[0]
        children.append((parent, number, place))
    table = np.array(children, np.int32)
    return Feed(before, table, tuple(node for _, node in filters.values()))
