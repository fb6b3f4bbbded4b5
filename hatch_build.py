"""Build hook (filled in below)."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):
    """Bring browser packages and fonts."""
