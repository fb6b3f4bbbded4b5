"""The commands, in the order they are listed, and their help in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import typer

from api.commands.answers import access, check, coverage, draw
from api.commands.changes import changes
from api.commands.demonstration import demo
from api.commands.explain import explain
from api.commands.frontier import alternatives, equity, frontier, limits
from api.commands.measures import measures
from api.commands.networks import network
from api.commands.options import Lang, Version
from api.commands.phases import phases
from api.commands.priorities import priorities
from api.commands.projects import history, import_layer, new, undo
from api.commands.report import report, report_template
from api.commands.returns import returns
from api.commands.scorecard import scorecard
from api.commands.serving import serve
from api.commands.site import site
from api.commands.streets import streets
from api.commands.travel import catchments, isochrones, opportunities
from api.commands.warnings import warnings
from api.commands.what_if import what_if
from api.reader import Reader
from geo_planner.notes import msgid

COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("demo", demo, msgid("Build the demonstration project and run the main job.")),
    ("new", new, msgid("Make an empty project.")),
    ("import", import_layer, msgid("Read, check and store a file, all of it or nothing.")),
    ("streets", streets, msgid("Give a project its streets, for walking and driving.")),
    ("check", check, msgid("Report duplicates, contradictions and gaps in the data.")),
    ("history", history, msgid("List the imports so far.")),
    ("undo", undo, msgid("Take the last import back.")),
    ("coverage", coverage, msgid("Say which targets are met, and the units behind one.")),
    (
        "network",
        network,
        msgid("Who lacks which level of a network, and whose level above is lacking."),
    ),
    ("access", access, msgid("Distance from every unit to its nearest facility.")),
    (
        "opportunities",
        opportunities,
        msgid("Facilities and places within reach of every unit, and places per child."),
    ),
    (
        "catchments",
        catchments,
        msgid("Who is nearest to which facility, how full it would be, and who is left out."),
    ),
    ("isochrones", isochrones, msgid("The land within each limit of a facility, as areas.")),
    ("explain", explain, msgid("Why a unit is near or far, and what one change would bring.")),
    ("site", site, msgid("Where to build, in which order, and how good that is proven to be.")),
    ("what-if", what_if, msgid("Try a site, or take a facility away: who is reached then.")),
    ("priorities", priorities, msgid("Where the next complete places are worth creating.")),
    ("frontier", frontier, msgid("Coverage against the number of new sites, with a chart.")),
    ("equity", equity, msgid("What it costs in coverage that no regiment falls behind.")),
    ("alternatives", alternatives, msgid("Other choices of sites that are nearly as good.")),
    ("limits", limits, msgid("How the best sites change with the limit.")),
    (
        "measures",
        measures,
        msgid("Facility, crossing or mobile service: most children reached for the cost."),
    ),
    (
        "phases",
        phases,
        msgid("What to build in which year, so that most children are covered soonest."),
    ),
    (
        "changes",
        changes,
        msgid("What changed from one year to another: facilities, units, counts, corrections."),
    ),
    (
        "scorecard",
        scorecard,
        msgid("The plan in a year: a table, a page, or one of its figures as PNG, SVG or PDF."),
    ),
    (
        "warnings",
        warnings,
        msgid("Early warnings of a year: hard to reach, volatile, slipping, data."),
    ),
    (
        "report",
        report,
        msgid("Write the annual, mid-term or final report: Word, Excel, PDF or a page."),
    ),
    (
        "report-template",
        report_template,
        msgid("Write our Word template, for an office to make its own of it."),
    ),
    (
        "returns",
        returns,
        msgid("Who has returned the figures of a year, and the forms to fill in."),
    ),
    ("map", draw, msgid("Draw the project as an interactive map.")),
    ("serve", serve, msgid("Open the web application.")),
)

INTRODUCTION = msgid(
    "From a plan's clauses and an office's own files to target verdicts on an offline map."
)

HEADINGS = (
    ("Usage:", msgid("Usage:")),
    ("Options:", msgid("Options:")),
    ("Arguments:", msgid("Arguments:")),
    ("Commands:", msgid("Commands:")),
    ("[required]", msgid("[required]")),
    ("[default: ", msgid("[default: ")),
)
"""Words of the command-line library itself, which carries no Chinese."""


def build(reader: Reader) -> Any:  # noqa: ANN401 - a command of the library typer stands on
    """Return the whole command line with its help in the reader's language."""
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=INTRODUCTION, invoke_without_command=True)(_start)
    for name, function, help_text in COMMANDS:
        app.command(name, help=help_text)(function)
    command = typer.main.get_command(app)
    _translate(command, reader)
    return command


def _start(ctx: typer.Context, lang: Lang = None, version: Version = False) -> None:  # noqa: ARG001 - lang is read from all words at once
    """Show the version or, without a command, the help."""
    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415 - kept out of --help

        typer.echo(f"geo-planner {installed('geo-planner')}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit


def _wrapped(words: str) -> str:
    """Return the pattern of words that a narrow terminal may have broken over two lines."""
    return r"\s+".join(re.escape(word) for word in words.split(" "))


def _instead(words: str, _: re.Match[str]) -> str:
    return words


def _translate(command: Any, reader: Reader) -> None:  # noqa: ANN401 - see build
    """Put the reader's language into the help of a command, its options and its sub-commands."""
    if command.help:
        command.help = reader.text(command.help)
    for option in command.params:
        if getattr(option, "help", None):
            option.help = reader.text(option.help)
    plain_help = command.get_help
    plain_option = command.get_help_option

    def get_help(context: Any) -> str:  # noqa: ANN401
        text: str = plain_help(context)
        for english, message in HEADINGS:
            text = re.sub(_wrapped(english), partial(_instead, reader.text(message)), text)
        return text

    def get_help_option(context: Any) -> Any:  # noqa: ANN401
        option = plain_option(context)
        if option is not None:
            option.help = reader.text(msgid("Show this help."))
        return option

    command.get_help, command.get_help_option = get_help, get_help_option
    for sub in getattr(command, "commands", {}).values():
        _translate(sub, reader)
