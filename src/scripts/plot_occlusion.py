"""Draw the maps that an occluding square makes: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.occlusion import plot_occlusion

if __name__ == "__main__":
    plot(__doc__, plot_occlusion, coloured=False)
