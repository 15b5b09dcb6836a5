"""The layers of a cascade that an analysis looks at."""

from collections.abc import Sequence

from scatterlab.cascades.cascade import Cascade


def chosen(cascade: Cascade, wanted: Sequence[str] | None = None) -> list[str]:
    """All layers of `cascade`, first to last, or those `wanted`, in the cascade's order.

    Raises `ScatterlabError` for a layer that it does not have.
    """
    if wanted is None:
        return list(cascade.layers)
    known = {cascade.layer_or_last(layer) for layer in wanted}
    return [layer for layer in cascade.layers if layer in known]
