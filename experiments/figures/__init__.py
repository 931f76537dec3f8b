"""Figures of a run: each a vector file, a picture, the plotted numbers and a caption."""
