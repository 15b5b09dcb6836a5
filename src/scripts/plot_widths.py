"""Draw ε against the width of kernels: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.widths import plot_widths

if __name__ == "__main__":
    plot(__doc__, plot_widths)
