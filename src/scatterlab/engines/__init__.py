"""Implementations of one and the same transforms."""
