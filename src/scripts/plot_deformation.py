"""Draw error under deformations: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.deformation import plot_deformation

if __name__ == "__main__":
    plot(__doc__, plot_deformation)
