"""Draw how one layer flattens classes of known variation: analysis store → SVG."""

from plotting import plot_demonstration

from scatterlab.report.one_layer import plot_one_layer

if __name__ == "__main__":
    plot_demonstration(__doc__, plot_one_layer)
