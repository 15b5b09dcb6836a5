"""Draw errors against changes of layers: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.separability import plot_separability

if __name__ == "__main__":
    plot(__doc__, plot_separability)
