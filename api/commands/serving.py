"""The command that opens the web application."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import Lang
from api.reader import Reader
from geo_planner.notes import msgid


def serve(
    ctx: typer.Context,
    projects: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PROJECTS]",
            help=msgid("One project, or a folder of projects."),
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            help=msgid("Address to listen at; 127.0.0.1, this computer alone, where nothing says."),
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            help=msgid("Port to listen at; 8000 where nothing says."),
            show_default=False,
            min=0,
            max=65535,
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    """Open the web application and stay until it is stopped."""
    open_server(ctx.obj, projects=projects, host=host, port=port, lang=lang)


def open_server(
    reader: Reader,
    *,
    projects: Path | None,
    host: str | None = None,
    port: int | None = None,
    lang: str | None = None,
) -> None:
    """Serve the application object until interrupted."""
    import uvicorn  # noqa: PLC0415 - kept out of --help

    from api.app import create_app  # noqa: PLC0415
    from api.printing import say  # noqa: PLC0415
    from api.settings import Settings  # noqa: PLC0415

    settings = Settings.of(projects=projects, host=host, port=port, lang=lang)
    app = create_app(settings)
    address = f"http://{settings.host}:{settings.port}/"
    say(reader.text("Open {address} in a browser; stop with Ctrl+C.", address=address))
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_level="warning", server_header=False
    )
