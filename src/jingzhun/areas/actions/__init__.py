"""Writes on areas: loading a list of codes, points and boundaries."""

from .lists import BadAreaFile
from .loading import Loaded, areas_loaded, load_areas

__all__ = ["BadAreaFile", "Loaded", "areas_loaded", "load_areas"]
