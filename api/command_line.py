"""The command line: ``geo-planner``. The same calls as the web routes.

Exit 0: done. Exit 1: the data or the request is refused, every reason on standard error. Exit 2:
wrong usage. Only what ``--help`` needs is imported here; commands import the rest when they run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from api.languages import language_in
from api.reader import Reader
from api.settings import language_of_environment

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


def main() -> None:
    """Run the command line on the words it was called with."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    from api.commands import build  # noqa: PLC0415 - needs the settings above first

    reader = Reader(asked=language_in(arguments) or language_of_environment())
    _write_any_character()
    try:
        return _answer(build(reader), list(arguments), reader)
    except BrokenPipeError:  # the reader of the pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _write_any_character() -> None:
    """Never stop at a character the terminal's encoding lacks; print a stand-in for it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _answer(command: Any, arguments: list[str], reader: Reader) -> int:  # noqa: ANN401 - typer's command
    """Run the command; turn what it raises into sentences and an exit code."""
    from geo_planner.errors import GeoPlannerError, SettingsError  # noqa: PLC0415 - kept light

    try:
        code = command.main(arguments, prog_name="geo-planner", obj=reader, standalone_mode=False)
    except GeoPlannerError as exc:
        from api.printing import refuse  # noqa: PLC0415 - only when something is refused

        refuse(exc, reader.translator)
        return WRONG_USAGE if isinstance(exc, SettingsError) else REFUSED
    except BrokenPipeError:
        raise
    except OSError as exc:
        sys.stderr.write(reader.text("The computer refused: {reason}", reason=str(exc)) + "\n")
        return REFUSED
    except Exception as exc:
        return _usage(exc, reader)
    return code if isinstance(code, int) else DONE


def _usage(exc: Exception, reader: Reader) -> int:
    """Explain wrong usage; anything else is a fault of the program and is raised again."""
    if type(exc).__name__ in {"Abort", "Aborted"}:
        sys.stderr.write(reader.text("Stopped.") + "\n")
        return REFUSED
    if not hasattr(exc, "format_message"):
        raise exc
    context = getattr(exc, "ctx", None)
    lines = [] if context is None else [context.get_usage()]
    lines.append(reader.text("Wrong usage: {reason}", reason=exc.format_message()))
    path = "geo-planner" if context is None else context.command_path
    lines.append(reader.text("See: {command}", command=f"{path} --help"))
    sys.stderr.write("\n".join(lines) + "\n")
    return WRONG_USAGE
