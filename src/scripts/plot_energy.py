"""Draw energy by order: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.energy import plot_energy

if __name__ == "__main__":
    plot(__doc__, plot_energy, coloured=False)
