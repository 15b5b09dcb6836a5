"""Draw how well maps of layers stand for transformations: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.equivariance import plot_equivariance

if __name__ == "__main__":
    plot(__doc__, plot_equivariance, coloured=False)
