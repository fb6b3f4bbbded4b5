"""The web application: ``create_app(settings)``. Nothing happens when this is imported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from api.guards import BodyLimit, OwnHostOnly, SecurityHeaders
from api.job_work.kinds import KINDS, Kind
from api.jobs import Jobs
from api.pages import mount_static, pages_router
from api.problems import Problem, install_problems
from api.project_shelf import ProjectShelf
from api.routes import TAGS, api_router
from api.settings.server import Settings

DESCRIPTION = """
From a plan's clauses and an office's own files to target verdicts on an offline map.

从规划条文和本单位的数据文件，到目标达成判断和离线地图。

Every answer follows these rules: unknown is never counted as no; percentages are exact and
unrounded; a refusal is a problem after RFC 9457 whose sentences come in the language of `?lang=`
or `Accept-Language` (`zh-CN`, `en`).
"""


def create_app(settings: Settings | None = None, *, kinds: Mapping[str, Kind] = KINDS) -> FastAPI:
    """Return the application for one folder of projects.

    Parameters
    ----------
    settings
        Where the projects are and how to answer; from the environment if not given.
    kinds
        What long runs may be asked for.
    """
    settings = settings or Settings.of()
    app = FastAPI(
        title="geo_planner",
        version=version("geo-planner"),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        lifespan=_life,
    )
    app.state.settings = settings
    app.state.shelf = ProjectShelf(settings.projects)
    app.state.jobs = Jobs(settings, app.state.shelf, kinds)
    install_problems(app)
    app.include_router(api_router())
    app.include_router(pages_router())
    mount_static(app)
    app.add_middleware(BodyLimit, limit_mb=settings.upload_limit_mb)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(OwnHostOnly, host=settings.host, allowed=settings.allowed_hosts)
    app.add_middleware(SecurityHeaders)
    _describe_problems(app)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """Take up the long runs an earlier server left; at the end, put the running ones back."""
    jobs: Jobs = app.state.jobs
    await run_in_threadpool(jobs.start)
    yield
    await run_in_threadpool(jobs.stop)


def _describe_problems(app: FastAPI) -> None:
    """Give OpenAPI the schema of problems, which no route names as its answer."""
    plain_openapi = app.openapi

    def openapi() -> dict[str, object]:
        made = plain_openapi()
        schemas = made["components"]["schemas"]
        described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, schema in described.pop("$defs", {}).items():
            schemas.setdefault(name, schema)
        schemas.setdefault("Problem", described)
        return made

    app.openapi = openapi  # type: ignore[method-assign]
