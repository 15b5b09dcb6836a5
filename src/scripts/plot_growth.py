"""Draw what coefficients buy: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.growth import plot_growth

if __name__ == "__main__":
    plot(__doc__, plot_growth, coloured=False)
