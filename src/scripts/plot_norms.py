"""Draw bounds and measured ratios by layer: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.norms import plot_norms

if __name__ == "__main__":
    plot(__doc__, plot_norms, coloured=False)
