"""Settings of the server, from arguments first and ``GEO_PLANNER_*`` variables second."""

from __future__ import annotations

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
    """

    model_config = SettingsConfigDict(env_prefix="GEO_PLANNER_", frozen=True, extra="forbid")

    projects: Path = Path()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    lang: Language = "zh-CN"
    upload_limit_mb: int = Field(default=200, ge=1, le=10_000)
    allowed_hosts: tuple[str, ...] = ()

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
