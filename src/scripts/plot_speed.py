"""Draw how much faster networks of low rank are: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.speed import plot_speed

if __name__ == "__main__":
    plot(__doc__, plot_speed)
