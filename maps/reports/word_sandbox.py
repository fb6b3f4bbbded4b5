"""Other people's templates, filled in safely: they print and loop, and reach nothing else.

Jinja's sandbox alone lets a template call methods of what it is given. Here it can call nothing but
``range`` and the loop's own, read no attribute of a Python object, use filters from a list only,
and load no other template. What it is given are texts, numbers, lists and
:class:`~maps.reports.word_context.Names`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.runtime import LoopContext, Macro, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from geo_planner.errors import GeoPlannerError
from geo_planner.report_errors import (
    TemplateFaultError,
    TemplateForbiddenError,
    TemplateNamesError,
)
from maps.reports.word_blocks import escaped
from maps.reports.word_bounds import MOST_STEPS, Bounded, few_groups, joined, replaced, short
from maps.reports.word_context import Drawn, Names

if TYPE_CHECKING:
    from collections.abc import Iterator

FILTERS = frozenset(
    {
        *("abs", "batch", "capitalize", "count", "default", "first", "float", "groupby", "int"),
        *("join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr"),
        *("replace", "reverse", "round", "select", "selectattr", "slice", "sort", "string"),
        *("sum", "title", "trim", "unique", "upper"),
    }
)
"""None of them calls, formats or pads."""

MOST_TURNS = 1_000_000
"""Turns of all loops and calls of macros together, in one document."""

_PLACE_LENGTH = 80


class _Missing(StrictUndefined):
    """A name that is not there; says which, as the template writes it."""

    @property
    def _undefined_message(self) -> str:
        owner, name = self._undefined_obj, self._undefined_name
        if isinstance(owner, Names):
            near = get_close_matches(str(name), list(owner), n=3, cutoff=0.5)
            more = f"; near: {', '.join(near)}" if near else ""
            return f"there is no '{owner.full_name(str(name))}'{more}"
        return str(super()._undefined_message)


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """Jinja's environment for templates that are not ours."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=_Missing, finalize=self._printed)
        self.filters = {name: self.filters[name] for name in sorted(FILTERS)}
        self.filters |= {name: few_groups(self.filters[name]) for name in ("batch", "slice")}
        self.filters |= {"replace": replaced, "join": joined}
        self.globals = {"range": _short_range}
        self.in_body = True
        """Whether the part being filled in is the body, where alone blocks can stand."""
        self._turns = 0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Let every turn of a loop be counted, and every text put together with ``~``."""
        tree = super()._parse(source, name, filename)
        return cast("nodes.Template", Bounded(self).visit(tree))

    def turn(self) -> None:
        """Begin one turn of a loop."""

    def together(self, *parts: Any) -> Any:  # noqa: ANN401 - values may be anything
        """Return values as one text."""
        return short(markup_join(parts))

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Call what may be called, and count it."""
        self._turns += 1
        if self._turns > MOST_TURNS:
            raise SecurityError(f"more than {MOST_TURNS} turns of loops")
        return super().call(context, obj, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - values may be anything
        """Return a named value; attributes of loops alone are within reach."""
        if isinstance(obj, Names):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and not attribute.startswith("_"):
            return super().getattr(obj, attribute)
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()  # noqa: SLF001 - what Jinja does for strict ones
        return self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """Return an item of a list by its place, or a named value."""
        if isinstance(argument, str) or isinstance(obj, Names):
            return self.getattr(obj, str(argument))
        return super().getitem(obj, argument)

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401
        """Return whether a template may call it."""
        owner = getattr(obj, "__self__", None)
        if owner is self:
            return obj in (self.turn, self.together)
        return obj is _short_range or isinstance(obj, Macro) or isinstance(owner, LoopContext)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """Multiply numbers only: a text times a number can fill the memory."""
        if operator == "+":
            return short(super().call_binop(context, operator, left, right))
        numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
        if operator == "**" or not numbers:
            raise SecurityError(f"'{operator}' is for numbers only")
        return super().call_binop(context, operator, left, right)

    def _printed(self, value: Any) -> Any:  # noqa: ANN401
        """Return a value as it stands in the document."""
        if isinstance(value, Drawn):
            if not self.in_body:
                raise _MisusedError("blocks can stand in the body only")
            return Markup(value.write())  # our own XML, every text in it escaped
        if isinstance(value, Undefined):
            str(value)
        if value is None or value == "":
            return ""
        if isinstance(value, (str, int, float)):
            return Markup(escaped(str(value)))
        raise _MisusedError("this is a group of values and cannot be printed: name one of them")


class _MisusedError(TemplateError):
    """A name is there, but not for this."""


def _short_range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > MOST_STEPS:
        raise SecurityError(f"more than {MOST_STEPS} steps")
    return made


class OfficeTemplate(DocxTemplate):
    """A template that knows which words it is at when something is wrong."""

    def __init__(self, document: Any, sandbox: TemplateSandbox) -> None:  # noqa: ANN401
        super().__init__(None)
        self.docx = document
        self._sandbox = sandbox
        self._lines: list[str] = []

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:  # noqa: ANN401
        """Fill in one part, and keep its lines for the place of an error."""
        self._lines = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml).split("\n")
        self._sandbox.in_body = part is self.docx.part
        return str(super().render_xml_part(src_xml, part, context, jinja_env))

    def fill(self, context: dict[str, Any]) -> None:
        """Fill in the whole document.

        Raises
        ------
        TemplateNamesError
            If the template asks for names that the context does not have; all of them are named.
        TemplateFaultError
            If a tag cannot be read, or not be filled in.
        TemplateForbiddenError
            If a tag does what templates may not.
        """
        try:
            self._check_names(context)
            self.render(context, self._sandbox, autoescape=True)
        except GeoPlannerError:
            raise
        except SecurityError as error:
            raise TemplateForbiddenError(self._place(error), str(error)) from error
        except RecursionError as error:
            raise TemplateForbiddenError(self._place(error), "nested too deeply") from error
        except UndefinedError as error:
            if "is unsafe" in str(error):
                raise TemplateForbiddenError(self._place(error), str(error)) from error
            raise TemplateFaultError(self._place(error), str(error)) from error
        except TemplateError as error:
            raise TemplateFaultError(self._place(error), str(error)) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            if not _inside_template(error):
                raise
            raise TemplateFaultError(self._place(error), str(error)) from error
        self._check_places()

    def _sources(self) -> Iterator[str]:
        yield self.patch_xml(self.get_xml())
        for uri in (self.HEADER_URI, self.FOOTER_URI):
            for _, part in self.get_headers_footers(uri):
                yield self.patch_xml(self.get_part_xml(part))

    def _check_names(self, context: dict[str, Any]) -> None:
        """Refuse a template that asks for what is not there, with all such names at once."""
        missing: dict[str, list[str]] = {}
        for source in self._sources():
            self._lines = re.sub(r"<w:p([ >])", r"\n<w:p\1", source).split("\n")
            tree = self._sandbox.parse("\n".join(self._lines))
            own = {one.name for one in tree.find_all(nodes.Name) if one.ctx != "load"}
            own |= {"loop", "self", "caller", "varargs", "kwargs", *self._sandbox.globals}
            own |= {one.name for one in tree.find_all(nodes.Macro)}
            for one in tree.find_all(nodes.Name):
                if one.name not in own and one.name not in context:
                    missing[one.name] = list(context)
            for read in tree.find_all(nodes.Getattr):
                owner = read.node
                if not isinstance(owner, nodes.Name) or owner.name in own:
                    continue
                values = context.get(owner.name)
                if isinstance(values, Names) and read.attr not in values:
                    missing[f"{owner.name}.{read.attr}"] = [f"{owner.name}.{x}" for x in values]
        if missing:
            near = (get_close_matches(name, known, n=2) for name, known in missing.items())
            raise TemplateNamesError(
                list(missing), list(dict.fromkeys(one for found in near for one in found)) or ["—"]
            )

    def _check_places(self) -> None:
        """Refuse blocks that were printed in the middle of a paragraph."""
        from docx.oxml.ns import qn  # noqa: PLC0415

        for text in self.docx.element.body.iter(qn("w:t")):
            if len(text):
                words = "".join(text.itertext())[:_PLACE_LENGTH]
                raise TemplateFaultError(
                    words,
                    "blocks, tables and the contents stand alone in a paragraph as {{p ... }}",
                )

    def _place(self, error: BaseException) -> str:
        """Return the words of the paragraph at which an error arose."""
        line = error.lineno if isinstance(error, TemplateSyntaxError) else _line_of(error)
        if line is None or not 0 < line <= len(self._lines):
            return "…"
        for at in range(line - 1, -1, -1):
            words = re.sub(r"<[^>]+>", "", self._lines[at]).strip()
            if words:
                return words[:_PLACE_LENGTH]
        return "…"


def _line_of(error: BaseException) -> int | None:
    """Return the line of the template at which an error passed last."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _inside_template(error: BaseException) -> bool:
    return _line_of(error) is not None or "loader" in str(error)
