"""Draw adversarial examples and the sizes of their changes: analysis stores → SVG."""

from plotting import plot

from scatterlab.report.adversarial import plot_adversarial

if __name__ == "__main__":
    plot(__doc__, plot_adversarial)
