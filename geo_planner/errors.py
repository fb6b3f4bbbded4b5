"""Every error of the product, by cause.

::

    GeoPlannerError
    ├ DataError(ValueError)        the data is refused; layer, column and rows are named
    │  ├ MissingColumnError  UnknownColumnError  AmbiguousColumnError
    │  ├ MissingValueError  NoDateError  BadValueError  BadNumberError  BadDateError  DateOrderError
    │  ├ DuplicateIdError  UnknownParentError  UnknownUnitError  CircularParentError
    │  ├ PartOverWholeError  LostDigitsError  StrayCellsError   (in table_errors)
    │  ├ BadGeometryError  CrsMissingError  DatumUnknownError  CrsNotMetricError
    │  ├ OutsideWorldError(MistakenCrsError, in table_errors)
    │  ├ BadEncodingError  UnreadableFileError  UnknownFormatError  EmptyLayerError  TooLargeError
    │  ├ NoStreetsInFileError  NoBoundariesError   (the latter in table_errors)
    │  ├ CatalogueError            faults of catalogue rows
    │  └ RefusedFileError          all faults of one file together
    ├ NotKnownError(LookupError)   a name that is not there; near names are listed
    ├ TravelError                  NoStreetsError  NoLimitError
    ├ SitingError
    ├ StoreError                   LockedError  DamagedError  NewerFormatError  NotWrittenError
    │                              NothingToUndoError  ExistsError
    └ SettingsError                start-up only

An error knows its cause, not its place: ``code`` and ``params`` are for programs, ``str()`` is
English for developers, and ``template`` is the message id under which a door finds the sentence
in the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, ClassVar

from geo_planner.notes import Note, fill, msgid

Rows = tuple[int, ...]


@dataclass(eq=False)
class GeoPlannerError(Exception):
    """Root of everything the product raises on purpose."""

    code: ClassVar[str] = "error"
    template: ClassVar[str] = msgid("The request cannot be carried out.")

    @property
    def params(self) -> dict[str, Any]:
        """Parameters of the sentence, by name."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def __str__(self) -> str:
        """Return the English sentence."""
        return fill(self.template, self.params)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by field, so that an error survives the way back from a worker process."""
        return type(self), tuple(getattr(self, item.name) for item in fields(self))


class DataError(GeoPlannerError, ValueError):
    """The data is refused; faulty rows are in ``params["rows"]`` where there are any."""

    code = "data"


@dataclass(eq=False)
class MissingColumnError(DataError):
    """A needed column has no heading in the file."""

    code = "missing-column"
    template = msgid(
        "Layer '{layer}' needs a column '{column}' ({label}); the file has: {headings}."
    )
    layer: str
    column: str
    label: str
    headings: Sequence[str]


@dataclass(eq=False)
class UnknownColumnError(DataError):
    """A heading was mapped to a column that does not exist, or a mapped heading is not there."""

    code = "unknown-column"
    template = msgid("'{name}' is not a known column or heading. Near names: {near}.")
    name: str
    near: Sequence[str]


@dataclass(eq=False)
class AmbiguousColumnError(DataError):
    """Two headings lead to one column."""

    code = "ambiguous-column"
    template = msgid(
        "Headings {headings} all mean column '{column}'. Say which one with --map HEADING={column}."
    )
    column: str
    headings: Sequence[str]


@dataclass(eq=False)
class MissingValueError(DataError):
    """A cell that must hold something is blank."""

    code = "missing-value"
    template = msgid("Layer '{layer}', column '{column}': blank in rows {rows}.")
    layer: str
    column: str
    rows: Rows


@dataclass(eq=False)
class NoDateError(DataError):
    """A figure was asked for without a day, and the project has no date of its own."""

    code = "no-date"
    template = msgid(
        "Project '{project}' has no reference date: say for which day the figure is (as_of)."
    )
    project: str


@dataclass(eq=False)
class BadValueError(DataError):
    """A cell holds a word that is not one of the allowed ones."""

    code = "bad-value"
    template = msgid(
        "Layer '{layer}', column '{column}': {values} in rows {rows} not understood; "
        "allowed: {allowed}."
    )
    layer: str
    column: str
    values: Sequence[str]
    rows: Rows
    allowed: Sequence[str]


@dataclass(eq=False)
class BadNumberError(DataError):
    """A cell that must hold a number does not, or holds one that cannot be."""

    code = "bad-number"
    template = msgid(
        "Layer '{layer}', column '{column}': no valid number in rows {rows}: {values}."
    )
    layer: str
    column: str
    rows: Rows
    values: Sequence[str]


@dataclass(eq=False)
class BadDateError(DataError):
    """A cell that must hold a date does not."""

    code = "bad-date"
    template = msgid("Layer '{layer}', column '{column}': no valid date in rows {rows}: {values}.")
    layer: str
    column: str
    rows: Rows
    values: Sequence[str]


@dataclass(eq=False)
class DateOrderError(DataError):
    """An end lies before its beginning."""

    code = "date-order"
    template = msgid("Layer '{layer}': '{last}' lies before '{first}' in rows {rows}.")
    layer: str
    first: str
    last: str
    rows: Rows


@dataclass(eq=False)
class DuplicateIdError(DataError):
    """Two rows share a key."""

    code = "duplicate-id"
    template = msgid("Layer '{layer}' repeats values of '{column}' ({values}) in rows {rows}.")
    layer: str
    column: str
    values: Sequence[str]
    rows: Rows


@dataclass(eq=False)
class UnknownParentError(DataError):
    """A unit names a parent that no unit has."""

    code = "unknown-parent"
    template = msgid(
        "Layer '{layer}': no unit has the code named in '{column}' ({values}) in rows {rows}."
    )
    layer: str
    column: str
    values: Sequence[str]
    rows: Rows


@dataclass(eq=False)
class UnknownUnitError(DataError):
    """A facility or an observation names a unit that does not exist."""

    code = "unknown-unit"
    template = msgid(
        "Layer '{layer}', column '{column}': no unit has the code {values} (rows {rows})."
    )
    layer: str
    column: str
    values: Sequence[str]
    rows: Rows


@dataclass(eq=False)
class CircularParentError(DataError):
    """Units are each other's parents."""

    code = "circular-parent"
    template = msgid(
        "Layer '{layer}': these units are their own ancestors: {values} (rows {rows})."
    )
    layer: str
    values: Sequence[str]
    rows: Rows


@dataclass(eq=False)
class BadGeometryError(DataError):
    """A shape is broken, or of a kind the layer cannot use."""

    code = "bad-geometry"
    template = msgid("Layer '{layer}': the shape is not usable in rows {rows}: {reason}.")
    layer: str
    rows: Rows
    reason: str


@dataclass(eq=False)
class OutsideWorldError(DataError):
    """Coordinates cannot belong to the stated coordinate system."""

    code = "outside-world"
    template = msgid("Layer '{layer}': coordinates in rows {rows} cannot be {crs}: {values}.")
    layer: str
    rows: Rows
    crs: str
    values: Sequence[str]


@dataclass(eq=False)
class CrsMissingError(DataError):
    """Positions come without a stated coordinate system."""

    code = "crs-missing"
    template = msgid(
        "Layer '{layer}' has positions but nothing says in which coordinate system. "
        "State one with --crs: {choices}."
    )
    layer: str
    choices: Sequence[str]


@dataclass(eq=False)
class DatumUnknownError(DataError):
    """The coordinate system is not one the product can convert without guessing."""

    code = "datum-unknown"
    template = msgid("Coordinate system '{name}' cannot be used: {reason}. Choices: {choices}.")
    name: str
    reason: str
    choices: Sequence[str]


@dataclass(eq=False)
class CrsNotMetricError(DataError):
    """Distances were asked of a layer that is not in metres."""

    code = "crs-not-metric"
    template = msgid("Layer '{layer}' is in {crs}; distances need a coordinate system in metres.")
    layer: str
    crs: str


@dataclass(eq=False)
class BadEncodingError(DataError):
    """The bytes of a text file are not text in a known encoding."""

    code = "bad-encoding"
    template = msgid("'{file}' is not readable text: {reason}.")
    file: str
    reason: str


@dataclass(eq=False)
class UnreadableFileError(DataError):
    """The file cannot be opened as what its name says."""

    code = "unreadable-file"
    template = msgid("'{file}' cannot be read: {reason}.")
    file: str
    reason: str


@dataclass(eq=False)
class UnknownFormatError(DataError):
    """The file name's ending is not one the product reads."""

    code = "unknown-format"
    template = msgid("'{file}' is of no known format. Known: {known}.")
    file: str
    known: Sequence[str]


@dataclass(eq=False)
class EmptyLayerError(DataError):
    """A file or sheet holds no row of data."""

    code = "empty-layer"
    template = msgid("'{file}' holds no data rows.")
    file: str


@dataclass(eq=False)
class NoStreetsInFileError(DataError):
    """A file was read but holds no street that can be used."""

    code = "no-streets-in-file"
    template = msgid("'{file}' holds no usable streets: {reason}.")
    file: str
    reason: str


@dataclass(eq=False)
class TooLargeError(DataError):
    """The input is beyond a stated limit."""

    code = "too-large"
    template = msgid("'{what}' is too large: {size}, the limit is {limit}.")
    what: str
    size: str
    limit: str


@dataclass(eq=False)
class CatalogueError(DataError):
    """Rows of the catalogue are wrong; each fault names its file and row."""

    code = "catalogue"
    template = msgid("The catalogue has faults:\n{lines}")
    faults: Sequence[Note | str]

    @property
    def params(self) -> dict[str, Any]:
        """Faults, and the same as one text."""
        texts = [str(one) for one in self.faults]
        return {"faults": texts, "lines": "\n".join(f"- {one}" for one in texts)}


@dataclass(eq=False)
class RefusedFileError(DataError):
    """A file is refused whole; ``faults`` holds every reason."""

    code = "refused-file"
    template = msgid("'{file}' was not imported; nothing was changed.")
    file: str
    faults: Sequence[DataError]

    def __str__(self) -> str:
        """Return the sentence and, a line each, every fault."""
        head = fill(self.template, {"file": self.file})
        return "\n".join([head, *(f"- {fault}" for fault in self.faults)])


@dataclass(eq=False)
class NotKnownError(GeoPlannerError, LookupError):
    """A name that the catalogue, the project or the server does not have."""

    code = "not-known"
    template = msgid("No {what} is called '{name}'. Near names: {near}.")
    what: str
    name: str
    near: Sequence[str]

    @classmethod
    def among(cls, what: str, name: str, known: Sequence[str]) -> NotKnownError:
        """Return the error with the nearest of the known names (all of them when few)."""
        names = list(known)
        near = get_close_matches(name, names, n=5, cutoff=0.5) or sorted(names)[:12]
        return cls(what=what, name=name, near=near)


class TravelError(GeoPlannerError):
    """Travel cannot be computed."""

    code = "travel"


@dataclass(eq=False)
class NoStreetsError(TravelError):
    """The project has no streets."""

    code = "no-streets"
    template = msgid("The project has no streets yet: add them with 'geo-planner streets'.")


@dataclass(eq=False)
class NoLimitError(TravelError):
    """Nothing says how far is still reachable."""

    code = "no-limit"
    template = msgid(
        "The catalogue sets no limit for '{label} ({facility_type})' by '{way} ({mode})'; state "
        "one with --limit."
    )
    facility_type: str
    mode: str
    label: Any
    way: Any


class SitingError(GeoPlannerError):
    """A siting problem cannot be solved as asked."""

    code = "siting"


class StoreError(GeoPlannerError):
    """The project on disk cannot be used as asked."""

    code = "store"


@dataclass(eq=False)
class LockedError(StoreError):
    """Another process is writing."""

    code = "locked"
    template = msgid("Project '{project}' is being changed by another process; try again shortly.")
    project: str


@dataclass(eq=False)
class DamagedError(StoreError):
    """Files of the project are missing or broken."""

    code = "damaged"
    template = msgid("Project '{project}' is damaged: {reason}.")
    project: str
    reason: str


@dataclass(eq=False)
class NoProjectError(StoreError):
    """The folder is none of a project, or is not there."""

    code = "no-project"
    template = msgid("There is no project in '{folder}'.")
    folder: str


@dataclass(eq=False)
class NewerFormatError(StoreError):
    """The project was written by a newer version."""

    code = "newer-format"
    template = msgid(
        "Project '{project}' has format {found}; this version reads up to {known}. "
        "Update geo-planner."
    )
    project: str
    found: int
    known: int


@dataclass(eq=False)
class NotWrittenError(StoreError):
    """The disk did not take what was to be written; the project is as it was before."""

    code = "not-written"
    template = msgid("Project '{project}' could not be written and is as it was before: {reason}.")
    project: str
    reason: str


@dataclass(eq=False)
class NothingToUndoError(StoreError):
    """There is no import to take back."""

    code = "nothing-to-undo"
    template = msgid("Project '{project}' has no import to take back.")
    project: str


@dataclass(eq=False)
class ExistsError(StoreError):
    """The folder already holds something."""

    code = "exists"
    template = msgid("'{path}' already exists and is not an empty folder.")
    path: str


@dataclass(eq=False)
class SettingsError(GeoPlannerError):
    """A setting of the server or command line is wrong."""

    code = "settings"
    template = msgid("Setting '{name}': {reason}.")
    name: str
    reason: str
