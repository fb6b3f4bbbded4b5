"""The project store: a folder with a GeoPackage, the files as received, and their history."""

from layers.store.log import ImportRecord
from layers.store.settings import ProjectSettings
from layers.store.store import ImportReport, Store

__all__ = ["ImportRecord", "ImportReport", "ProjectSettings", "Store"]
