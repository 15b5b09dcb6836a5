"""The steps of a transform on a graphics card: all paths of a layer at once."""
