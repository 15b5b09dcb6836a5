"""Draw the pair of textures and their coefficients: analysis store → SVG."""

from plotting import plot_demonstration

from scatterlab.report.texture_pair import plot_texture_pair

if __name__ == "__main__":
    plot_demonstration(__doc__, plot_texture_pair)
