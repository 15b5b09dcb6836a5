"""Measure how one layer flattens classes of known variation: settings → analysis store."""

from measuring import demonstrate

from scatterlab.analyses.one_layer import one_layer

if __name__ == "__main__":
    demonstrate(__doc__, one_layer)
