"""What the command line prints: tables for people, data for programs, refusals on stderr."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from api.shown import cell, clean, guarded, plain
from maps.text.values import is_missing

if TYPE_CHECKING:
    from rich.console import Console

    from geo_planner.errors import GeoPlannerError
    from maps.text import Translator

FILE_WIDTH = 180
"""Columns a table takes when it goes into a file or a pipe, where nothing says how wide to be."""


def console(*, stderr: bool = False) -> Console:
    """Return a rich console that neither guesses markup nor numbers in what it is given."""
    from rich.console import Console  # noqa: PLC0415 - kept out of --help

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else FILE_WIDTH
    return Console(
        file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False
    )


def print_table(
    rows: Iterable[Sequence[Any]],
    columns: Sequence[str],
    *,
    title: str = "",
    numbers: Sequence[int] = (),
    narrow: Mapping[int, int] | None = None,
) -> None:
    """Print rows under headings; the columns at places ``numbers`` stand to the right.

    ``narrow`` gives the most characters a column takes: sentences are wrapped, names are not.
    """
    from rich import box  # noqa: PLC0415 - kept out of --help
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, title=Text(clean(title), style="bold") if title else None)
    table.title_justify = "left"
    for place, name in enumerate(columns):
        justify = "right" if place in numbers else "left"
        table.add_column(
            Text(name),
            justify=justify,  # type: ignore[arg-type]
            overflow="fold",
            max_width=(narrow or {}).get(place),
        )
    for row in rows:
        table.add_row(*(Text("—" if is_missing(one) else clean(one)) for one in row))
    console().print(table)


def say(text: str, *, style: str = "") -> None:
    """Print one paragraph for people on standard output."""
    from rich.text import Text  # noqa: PLC0415 - kept out of --help

    # The terminal wraps: Chinese has no spaces, so that a library would break lines oddly.
    console().print(Text(clean_lines(text), style=style), soft_wrap=True)


def warn(text: str) -> None:
    """Print a caveat on standard error, so that data on standard output stays data."""
    sys.stderr.write(clean_lines(text) + "\n")


def clean_lines(text: str) -> str:
    """Return text cleaned line by line."""
    return "\n".join(clean(line) for line in text.split("\n"))


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write one JSON value, readable Chinese included, and a line end."""
    as_utf8()
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def print_csv(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, excel: bool = False
) -> None:
    """Write rows as CSV in UTF-8; for Excel with a byte order mark and without formulas."""
    as_utf8()
    sys.stdout.write(csv_text(rows, columns, excel=excel))


def csv_text(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, excel: bool = False
) -> str:
    """Return rows as CSV text with the named columns."""
    out = io.StringIO()
    if excel:
        out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n" if excel else "\n")
    writer.writerow(columns)
    for row in rows:
        values = (row.get(name) for name in columns)
        writer.writerow([cell(guarded(value) if excel else value) for value in values])
    return out.getvalue()


def as_utf8() -> None:
    """Make standard output UTF-8 where the system would take another encoding, as Windows does."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def refuse(error: GeoPlannerError, translator: Translator) -> None:
    """Print why a request is refused, every reason on a line of its own, on standard error."""
    warn(translator.error(error))


Step = Callable[[int, int, str], None]
"""Told how many of how many steps are done, and what the next one is."""


@contextmanager
def progress(text: str) -> Iterator[Step]:
    """Show a moving bar on standard error while something takes its time; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done, _total, _name: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    shown = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=console(stderr=True),
        transient=True,
    )
    with shown:
        task = shown.add_task(clean(text), total=None)

        def step(done: int, total: int, name: str) -> None:
            about = f"{text} · {name}" if name else text
            shown.update(task, completed=done, total=total, description=clean(about))

        yield step
