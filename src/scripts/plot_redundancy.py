"""Draw the accuracy of networks of which little is left: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.redundancy import plot_redundancy

if __name__ == "__main__":
    plot(__doc__, plot_redundancy, coloured=False)
