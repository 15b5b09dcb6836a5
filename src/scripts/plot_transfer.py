"""Draw which models decide wrongly of whose adversarial examples: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.transfer import plot_transfer

if __name__ == "__main__":
    plot(__doc__, plot_transfer, coloured=False)
