"""Draw error under translations: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.translation import plot_translation

if __name__ == "__main__":
    plot(__doc__, plot_translation)
