"""Data sets: fetched, verified, read by format, brought to one size, and stored."""
