"""Rigs: motions of a face, driven by its landmarks."""
