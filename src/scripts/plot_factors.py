"""Draw shares of factors, and images at the places of their levels: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.factors import plot_factors

if __name__ == "__main__":
    plot(__doc__, plot_factors, coloured=False)
