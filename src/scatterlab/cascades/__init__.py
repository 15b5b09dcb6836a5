"""Fixed and learned cascades behind one interface."""
