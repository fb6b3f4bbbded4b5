"""The project store: a folder with a GeoPackage, the files as received, and their history."""

from layers.store.committing import ImportReport
from layers.store.log import ImportRecord
from layers.store.settings import ProjectSettings
from layers.store.store import Store
from layers.store.versions import Version

__all__ = ["ImportRecord", "ImportReport", "ProjectSettings", "Store", "Version"]
