"""The plan as rows: packaged TOML files, and a project's own beside them."""

from layers.catalogue.loading import load_catalogue, plan_text

__all__ = ["load_catalogue", "plan_text"]
