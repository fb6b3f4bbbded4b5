"""Figures that stand alone: SVG text, the same bytes for the same facts."""
