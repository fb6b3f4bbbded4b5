"""A report before it is a document: parts of blocks, in one language, the same for every format.

Writers (:mod:`maps.reports.word`, ``excel``, ``pdf``, ``page``) lay the blocks out; none of them
writes a sentence or a figure of its own. Every finding names its row of the full indicator table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from geo_planner.monitoring.regiments import PartFigure
    from geo_planner.monitoring.standing import Monitoring
    from maps.text import Translator

Kind = Literal["annual", "midterm", "final"]
Form = Literal["png", "svg", "pdf"]
Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """One import behind the report: number, day, file as received, layer and rows."""

    number: int
    day: date
    file: str
    layer: str
    rows: int


@dataclass(frozen=True, slots=True)
class DataState:
    """What the project knew when the report was made, so that it can be made again.

    Attributes
    ----------
    last_import
        Number of the last import that counts; None where it is not known (a project in memory).
    files
        Every import up to it that stands, oldest first.
    """

    last_import: int | None = None
    files: tuple[ImportedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the part's own; ``level`` is 2 or 3."""

    text: str
    level: int = 2
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``lead`` opens a part, ``note`` is a caveat in small print."""

    text: str
    style: Literal["body", "lead", "note"] = "body"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Finding:
    """A numbered finding: its sentence, verdict, and the row of the full table it is from."""

    number: int
    text: str
    status: str
    row: int


@dataclass(frozen=True, slots=True)
class Findings:
    """Numbered findings, one below the other."""

    items: tuple[Finding, ...]
    kind: Literal["findings"] = "findings"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Plain list."""

    items: tuple[str, ...]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading, side, and its share of the width."""

    title: str
    align: Align = "left"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table of finished texts.

    Attributes
    ----------
    key
        Name that templates and sheets know it by.
    title
        Caption, with its number.
    rows
        One text a column.
    statuses
        Verdict of each row, for its colour beside the word; empty where rows have none.
    note
        Small print below it.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    statuses: tuple[str, ...] = ()
    note: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is drawn when a writer asks for it, as pixels or as vectors.

    Attributes
    ----------
    draw
        Returns the bytes of the figure in a form.
    width_mm
        How wide it is meant to be on an A4 page.
    alt
        What it shows, for readers who cannot see it.
    """

    key: str
    caption: str
    alt: str
    draw: Callable[[Form], bytes]
    width_mm: float = 156.0
    kind: Literal["picture"] = "picture"


Block = Heading | Paragraph | Findings | Bullets | Table | Picture


@dataclass(frozen=True, slots=True)
class Part:
    """One of the seven parts: number as printed, title, blocks."""

    key: str
    number: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, eq=False)
class Report:
    """A whole report in one language.

    Attributes
    ----------
    title, subtitle
        Lines of the cover; the subtitle is the kind of report and its year.
    office, data_note
        Who hands it in (to be filled in where the project does not say), and the data's date and
        state in one sentence.
    made_up
        The sentence that says so, where data are simulated; empty otherwise.
    parts
        The seven parts.
    monitoring, regiments
        The figures themselves, for sheets with live formulas and for an office's own template.
    words
        Words that writers print: table of contents, page, figure.
    """

    kind: Kind
    year: int
    language: str
    title: str
    subtitle: str
    office: str
    data_note: str
    made_up: str
    parts: tuple[Part, ...]
    monitoring: Monitoring
    regiments: Mapping[str, Sequence[PartFigure]]
    data: DataState
    say: Translator
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in order."""
        return tuple(block for part in self.parts for block in part.blocks)

    def table(self, key: str) -> Table | None:
        """Return the table of a name."""
        for block in self.blocks:
            if isinstance(block, Table) and block.key == key:
                return block
        return None
