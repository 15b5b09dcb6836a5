"""The operators, non-linearities and poolings that networks are made of, one a module."""
