"""Inkstone 砚台: an offline analyst workbench where nothing is said without evidence."""

__version__ = "0.1.0"
