"""Settings of the server, from arguments first and ``GEO_PLANNER_*`` variables second."""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from geo_planner.catalogue import Language
from geo_planner.errors import SettingsError


class Settings(BaseSettings):
    """What the web application is told when it is made.

    Attributes
    ----------
    projects
        One project folder, or a folder of project folders.
    host, port
        Where to listen; this computer alone by default.
    lang
        Language of a reader who does not say.
    upload_limit_mb
        Largest request body, in megabytes of 1,000,000 bytes.
    allowed_hosts
        Names under which the server may be addressed, beside this computer's own and plain IP
        addresses. Guards against a foreign page that points its own name at this server.
    jobs_folder
        Where long runs are kept, on a disk of this computer and outside every project; a folder of
        the user's own, one for each folder of projects, if not given.
    jobs_at_once, jobs_waiting
        How many long runs are carried out side by side, and how many may wait.
    jobs_kept, jobs_kept_days
        How many ended runs are kept with their results, and for how many days.
    """

    model_config = SettingsConfigDict(env_prefix="GEO_PLANNER_", frozen=True, extra="forbid")

    projects: Path = Path()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    lang: Language = "zh-CN"
    upload_limit_mb: int = Field(default=200, ge=1, le=10_000)
    allowed_hosts: tuple[str, ...] = ()
    jobs_folder: Path | None = None
    jobs_at_once: int = Field(default=1, ge=1, le=64)
    jobs_waiting: int = Field(default=20, ge=1, le=10_000)
    jobs_kept: int = Field(default=100, ge=1, le=100_000)
    jobs_kept_days: int = Field(default=30, ge=1, le=3650)

    @property
    def jobs_at(self) -> Path:
        """Folder of the long runs.

        Raises
        ------
        SettingsError
            If it lies inside a project, which an office copies and mails.
        """
        if self.jobs_folder is None:
            root = self.projects.resolve()
            mark = blake2b(str(root).encode(), digest_size=6).hexdigest()
            return user_state_folder() / "jobs" / f"{root.name or 'projects'}-{mark}"
        folder = self.jobs_folder.resolve()
        for one in (folder, *folder.parents):
            if (one / "project.toml").is_file():
                raise SettingsError(name="jobs_folder", reason=f"'{one}' is a project")
        return folder

    @classmethod
    def of(cls, **given: Any) -> Settings:  # noqa: ANN401 - the fields above, each with its type
        """Return settings with ``given`` values (None: not given).

        Raises
        ------
        SettingsError
            Naming the first setting that is wrong and why.
        """
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as exc:
            fault = exc.errors()[0]
            name = ".".join(str(part) for part in fault["loc"]) or "GEO_PLANNER"
            raise SettingsError(name=name, reason=fault["msg"]) from exc


def user_state_folder() -> Path:
    """Return where programs keep their state of this user, by the customs of the system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "geo-planner"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/geo-planner"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "geo-planner"
