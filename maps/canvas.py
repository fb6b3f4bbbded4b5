"""The map page: a Folium map that needs no network, in the reader's language.

:class:`PlannerMap` is a ``folium.Map``: whatever Folium can draw can be added to it. It starts
without tiles, with a page around it (header, search, side panel, legend) and gives the same bytes
for the same content.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

import folium
from branca.element import Element, Figure, MacroElement
from folium.elements import JSCSSMixin
from folium.plugins import Fullscreen, MeasureControl
from folium.template import Template
from folium.utilities import JsCode
from markupsafe import Markup

from maps.fragments import fragment, html_text, read_page, script_json
from maps.symbols import PATTERNS
from maps.text import Translator, translator

SCRIPTS = (
    "planner_layers.js",
    "planner_access.js",
    "planner_siting.js",
    "planner_years.js",
    "planner_map.js",
)
MAX_ZOOM = 18

Bounds = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east corner as (latitude, longitude)."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A line of the legend: picture, words and how many; ``key`` names it for styles."""

    picture: Markup
    label: str
    count: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one overlay adds to the page."""

    layers: tuple[DataLayer, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    heading: str = ""
    sections: tuple[Markup, ...] = ()
    notes: tuple[str, ...] = ()


class DataLayer(JSCSSMixin, folium.map.Layer):
    """A layer made in the browser from plain values.

    Parameters
    ----------
    maker
        Function of ``planner_layers.js`` that draws it: ``units``, ``facilities``, ``streets`` ...
    data
        What it draws; text in it may be anything.
    name
        Its line in the layer control, as text.
    picture
        SVG that stands before the name.
    show, control
        Whether it is on the map at first, and whether it can be switched off.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = planner.{{ this.maker }}"
        "({{ this._parent.get_name() }}, {{ this.json }});"
        "{% endmacro %}"
    )

    def __init__(
        self,
        maker: str,
        data: Mapping[str, Any],
        *,
        name: str,
        picture: str = "",
        show: bool = True,
        control: bool = True,
    ) -> None:
        super().__init__(
            name=f"{picture}<span>{html_text(name)}</span>",
            overlay=True,
            show=show,
            control=control,
        )
        self._name = "DataLayer"
        self.maker = maker
        self.data = data

    @property
    def json(self) -> str:
        """The data as a literal that is safe inside a script."""
        return script_json(self.data)


class FacilityLayer(DataLayer):
    """A layer of clustered pins."""

    default_js = [  # noqa: RUF012 - Folium reads it as an instance's own
        *folium.plugins.MarkerCluster.default_js,
        *folium.plugins.FeatureGroupSubGroup.default_js,
    ]
    default_css = folium.plugins.MarkerCluster.default_css


class PlannerMap(folium.Map):
    """A Folium map with the planner's page around it.

    Parameters
    ----------
    language
        Language of the page.
    title, subtitle
        Header; any text.
    bounds
        What to show at first.
    simulated
        Whether to carry the badge of made-up data.
    attribution
        Line at the lower edge: data date, map approval number.
    """

    # jQuery is for Folium's own popups; the rest of its usual links is added where icons need it.
    default_js = [  # noqa: RUF012
        pair
        for pair in folium.folium._default_js  # noqa: SLF001 - Folium keeps its links there
        if pair[0] in ("leaflet", "jquery")
    ]
    default_css = [  # noqa: RUF012
        pair
        for pair in folium.folium._default_css  # noqa: SLF001
        if pair[0] in ("leaflet_css", "awesome_markers_font_css")
    ]

    def __init__(
        self,
        *,
        language: str | None = None,
        title: str = "",
        subtitle: str = "",
        bounds: Bounds | None = None,
        simulated: bool = False,
        attribution: str = "",
        **options: Any,  # noqa: ANN401 - handed on to Leaflet
    ) -> None:
        options = {
            "tiles": None,
            "maxZoom": MAX_ZOOM,
            "zoomSnap": 0.25,
            "zoomDelta": 0.5,
            **options,
        }
        if bounds is not None:
            options.setdefault("location", [sum(axis) / 2 for axis in zip(*bounds, strict=True)])
        super().__init__(zoom_start=8 if bounds else 2, **options)
        self.say: Translator = translator(language)
        self.page = Page(
            self.say, title=title, subtitle=subtitle, bounds=bounds, simulated=simulated
        )
        self.page.attribution = attribution
        self.add_child(self.page)
        root = self.get_root()
        if isinstance(root, Figure):
            root.title = escape(" · ".join(filter(None, (title, subtitle))))
        self._add_controls()

    def _add_controls(self) -> None:
        say = self.say
        Fullscreen(
            title=say("Full screen"),
            title_cancel=say("Leave full screen"),
            fullscreenElement=JsCode("document.documentElement"),
        ).add_to(self)
        MeasureControl(
            position="topleft",
            primary_length_unit="meters",
            secondary_length_unit="kilometers",
            primary_area_unit="hectares",
            secondary_area_unit="sqmeters",
            active_color="#d55e00",
            completed_color="#0072b2",
        ).add_to(self)

    def draw(self, drawing: Drawing) -> None:
        """Add an overlay's layers, legend lines and sections."""
        for layer in drawing.layers:
            self.add_child(layer)
        if drawing.legend:
            self.page.legend.append((drawing.heading, drawing.legend))
        self.page.sections.extend(drawing.sections)
        self.page.notes.extend(drawing.notes)

    def add_layer_control(self) -> None:
        """Add the layer control; last, when every layer is there."""
        self.add_child(DockedLayerControl())

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        """Render, with the marker icons of Folium only where something uses them."""
        if any(isinstance(element, folium.Icon) for element in descendants(self)):
            self.default_js = folium.folium._default_js  # noqa: SLF001
            self.default_css = [
                pair
                for pair in folium.folium._default_css  # noqa: SLF001
                if pair[0] != "awesome_rotate_css"
            ]
        super().render(**kwargs)  # type: ignore[no-untyped-call]

    def save(
        self,
        outfile: str | bytes | Path | BinaryIO,
        close_file: bool = True,
        **kwargs: Any,  # noqa: ANN401, ARG002 - Folium's signature
    ) -> None:
        """Write the page as one self-contained file."""
        from maps.rendering import render_html  # noqa: PLC0415 - only where needed

        page = render_html(self).encode("utf-8")
        if isinstance(outfile, (str, bytes, Path)):
            Path(os.fsdecode(outfile)).write_bytes(page)
            return
        outfile.write(page)
        if close_file:
            outfile.close()

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002
        """Show the self-contained page inside a notebook."""
        from maps.rendering import render_html  # noqa: PLC0415 - only where needed

        return (
            f'<iframe srcdoc="{escape(render_html(self))}" style="width:100%;height:560px;'
            'border:1px solid #ccc" allowfullscreen></iframe>'
        )


class Page(MacroElement):
    """Header, side panel and legend, and the script that starts them."""

    _template = Template(
        "{% macro header(this, kwargs) %}"
        "<style>{{ this.raw(this.style) }}</style><script>{{ this.raw(this.scripts) }}</script>"
        "{% endmacro %}"
        "{% macro html(this, kwargs) %}{{ this.html }}{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "planner.start({{ this._parent.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(
        self, say: Translator, *, title: str, subtitle: str, bounds: Bounds | None, simulated: bool
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Page"
        self.say = say
        self.title = title
        self.subtitle = subtitle
        self.bounds = bounds
        self.simulated = simulated
        self.attribution = ""
        self.facts: list[tuple[str, str]] = []
        self.sections: list[Markup] = []
        self.notes: list[str] = []
        self.legend: list[tuple[str, Sequence[LegendEntry]]] = []

    @property
    def style(self) -> str:
        """The page's own style sheet."""
        return read_page("planner.css")

    @property
    def scripts(self) -> str:
        """The page's own scripts."""
        return "\n".join(map(read_page, SCRIPTS))

    @staticmethod
    def raw(text: str) -> str:
        """Return text that Branca's second compilation leaves alone."""
        return f"{{% raw %}}{text}{{% endraw %}}"

    @property
    def html(self) -> str:
        """Everything around the map, every name escaped."""
        made = fragment(
            "page.html",
            self.say,
            title=self.title,
            subtitle=self.subtitle,
            simulated=self.simulated,
            sections=self.sections,
            facts=self.facts,
            notes=self.notes,
            legend=self.legend,
            patterns=Markup(PATTERNS),
        )
        return str(made).replace("{", "&#123;")

    @property
    def options(self) -> str:
        """What the page's script needs to know."""
        return script_json(
            {
                "bounds": self.bounds,
                "attribution": self.attribution,
                "nothing": self.say("Nothing found"),
                "lengths": [self.say("m"), self.say("km")],
            }
        )


class DockedLayerControl(folium.LayerControl):
    """Folium's layer control, moved into the side panel."""

    def __init__(self) -> None:
        super().__init__(collapsed=False, sortLayers=False)
        self.add_child(_Dock())  # type: ignore[no-untyped-call]


class _Dock(MacroElement):
    """The statement that moves the control."""

    _template = Template(
        "{% macro script(this, kwargs) %}planner.dock({{ this._parent.get_name() }});{% endmacro %}"
    )


def descendants(element: Element) -> Iterable[Element]:
    """Yield every element below ``element``."""
    for child in element._children.values():  # noqa: SLF001 - branca has no public walk
        yield child
        yield from descendants(child)
