"""What every kind of work may be asked, and the shapes of its parameters."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(max_length=2000)]
Few = Annotated[int, Field(ge=0, le=100_000)]
Amount = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]


class Asked(BaseModel):
    """What every kind of work may be asked."""

    model_config = ConfigDict(extra="forbid")

    as_of: date | None = Field(
        default=None,
        description="Day the result is given for; the project's own day, else the day of asking.",
    )
