"""What keeps other people's templates from running on without end or filling the memory."""

from __future__ import annotations

from functools import wraps
from typing import Any

from jinja2 import Environment, nodes, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join
from jinja2.visitor import NodeTransformer

MOST_STEPS = 1000
"""Longest ``range`` of a template, and most groups of ``batch`` and ``slice``."""

LONGEST = 1_000_000
"""Characters of one text that a template puts together."""


def short(value: Any) -> Any:  # noqa: ANN401 - values may be anything
    """Return a text or list, unless it is too long."""
    if isinstance(value, (str, list)) and len(value) > LONGEST:
        raise SecurityError(f"more than {LONGEST} characters in one text")
    return value


def replaced(text: Any, old: Any, new: Any, count: int = -1) -> Any:  # noqa: ANN401
    """Replace in a text, unless what comes out is too long."""
    text, old, new = str(text), str(old), str(new)
    found = text.count(old) if count < 0 else min(text.count(old), count)
    if len(text) + found * (len(new) - len(old)) > LONGEST:
        raise SecurityError(f"more than {LONGEST} characters in one text")
    return text.replace(old, new, count)


@pass_eval_context
def joined(context: Any, values: Any, between: Any = "", attribute: Any = None) -> Any:  # noqa: ANN401
    """Join values to one text, unless it is too long."""
    ends = list(values)
    if attribute is None and sum(len(str(one)) + len(str(between)) for one in ends) > LONGEST:
        raise SecurityError(f"more than {LONGEST} characters in one text")
    return short(do_join(context, ends, between, attribute))


def few_groups(made: Any) -> Any:  # noqa: ANN401 - a filter of Jinja
    """Return ``batch`` or ``slice`` for groups whose number or size is not without end."""

    @wraps(made)
    def grouped(*given: Any, **named: Any) -> Any:  # noqa: ANN401
        numbers = [one for one in (*given, *named.values()) if isinstance(one, int)]
        if any(one > MOST_STEPS for one in numbers):
            raise SecurityError(f"more than {MOST_STEPS} steps")
        return made(*given, **named)

    return grouped


class Bounded(NodeTransformer):
    """Puts what counts and measures into the tree of a template."""

    def __init__(self, sandbox: Environment) -> None:
        self._sandbox = sandbox

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - named after the node
        """Count each turn."""
        self.generic_visit(node)
        node.body.insert(0, self._at(node, nodes.ExprStmt(self._call("turn", []))))
        return node

    def visit_Concat(self, node: nodes.Concat) -> Any:  # noqa: ANN401, N802
        """Measure the text that comes out."""
        self.generic_visit(node)
        return self._at(node, self._call("together", node.nodes))

    def _call(self, name: str, given: list[nodes.Expr]) -> nodes.Call:
        return nodes.Call(nodes.EnvironmentAttribute(name), given, [], None, None)

    def _at(self, node: nodes.Node, made: Any) -> Any:  # noqa: ANN401
        return made.set_lineno(node.lineno).set_environment(self._sandbox)
