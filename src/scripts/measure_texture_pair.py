"""Make a pair of textures that separable scattering takes for one: settings → analysis store."""

from measuring import demonstrate

from scatterlab.analyses.texture_pair import texture_pair

if __name__ == "__main__":
    demonstrate(__doc__, texture_pair)
