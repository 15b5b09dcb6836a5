"""Draw decisions and layers among clutter: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.clutter import plot_clutter

if __name__ == "__main__":
    plot(__doc__, plot_clutter)
