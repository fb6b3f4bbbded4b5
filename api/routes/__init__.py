"""Routes of the interface for programs, all below ``/api``."""

from fastapi import APIRouter

from api.problems import answers
from api.routes import (
    access,
    catalogue,
    changes,
    coverage,
    explain,
    frontier,
    health,
    isochrones,
    jobs,
    layers,
    measures,
    monitoring,
    networks,
    phases,
    priorities,
    projects,
    quality,
    reports,
    returns,
    site,
    warnings,
    what_if,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    projects.router,
    catalogue.router,
    layers.router,
    coverage.router,
    networks.router,
    access.router,
    isochrones.router,
    explain.router,
    phases.router,
    quality.router,
    site.router,
    what_if.router,
    priorities.router,
    frontier.router,
    measures.router,
    monitoring.router,
    warnings.router,
    changes.router,
    reports.router,
    returns.router,
    jobs.router,
)

TAGS = [
    {"name": "server", "description": "Is it up, and which projects does it hold? 服务与项目"},
    {"name": "catalogue", "description": "The plan's rows as data. 指标与设施目录"},
    {"name": "layers", "description": "Files in and out, history, undo. 数据导入、导出与撤销"},
    {"name": "coverage", "description": "Verdicts on targets and the units behind them. 目标达成"},
    {"name": "access", "description": "How far units have to go. 可达性"},
    {"name": "siting", "description": "Where to build, and what if. 选址与试算"},
    {"name": "quality", "description": "What in the data needs a look. 数据质量"},
    {"name": "monitoring", "description": "Early warnings, and what changed. 监测预警"},
    {"name": "jobs", "description": "Long runs: asked for, watched, stopped. 长时间计算"},
]


def api_router() -> APIRouter:
    """Return all routes together."""
    router = APIRouter(prefix="/api", responses=answers(404, 409, 422, 423))
    for one in ROUTERS:
        router.include_router(one)
    return router
