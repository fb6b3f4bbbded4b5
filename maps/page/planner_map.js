/* The page around a planner map: search, side panel, legend, list of underserved units, measuring. */
(function () {
  "use strict";
  const planner = (window.planner = window.planner || {});
  const byId = (id) => document.getElementById(id);

  planner.start = function (map, options) {
    planner.map = map;
    planner.startBeside(map);
    map.attributionControl.setPrefix(false).addAttribution(planner.element("span", "", options.attribution).outerHTML);
    new MetricScale({ imperial: false, maxWidth: 120, words: options.lengths }).addTo(map);
    dockLegend(map);
    startPanel(map);
    planner.bounds = options.bounds;
    if (options.bounds) fitBeside(map, options.bounds, 0, 0);
    markZoom(map);
    map.on("zoomend", () => markZoom(map));
    startSearch(options);
    startList();
    startChooser();
    planner.startSteps();
    planner.startYears();
    calmMeasuring();
    startPrinting(map);
  };

  const MetricScale = L.Control.Scale.extend({
    _updateMetric: function (widest) {
      const metres = this._getRoundNum(widest);
      const words = this.options.words;
      const label = metres < 1000 ? metres + " " + words[0] : metres / 1000 + " " + words[1];
      this._updateScale(this._mScale, label, metres / widest);
    },
  });

  /* Once the layer control exists it moves into the side panel. */
  planner.dock = function (control) {
    const box = control.getContainer();
    box.classList.add("pl-layers");
    byId("planner-layers").append(box);
    planner.map.on("layeradd layerremove", followLayers);
    planner.map.on("zoomend overlayadd overlayremove resize", () => requestAnimationFrame(planner.placeNames));
    followLayers();
    foldLongGroups();
    const legend = byId("planner-legend");
    if (legend && planner.map.getSize().x < 720) legend.open = false; // a small map is for the units
    if (planner.bounds) fit(planner.map, planner.bounds);
    planner.placeNames();
    startFromAddress();
    if (document.fonts) document.fonts.ready.then(planner.placeNames);
  };

  /* An address that ends in #unit=CODE opens that unit. */
  function startFromAddress() {
    if (!location.hash.startsWith("#unit=")) return;
    visit(decodeURIComponent(location.hash.slice("#unit=".length)));
  }

  /* The legend explains what is on the map now, and nothing else. */
  function followLayers() {
    const shown = new Map();
    for (const one of planner.groups) shown.set(one.key, planner.map.hasLayer(one.group));
    document.querySelectorAll("#planner-legend tbody").forEach(function (body) {
      const rows = [...body.querySelectorAll("tr:not(.pl-group)")];
      rows.forEach((row) => { row.hidden = shown.get(row.dataset.legend) === false; });
      body.hidden = rows.every((row) => row.hidden);
    });
  }

  /* Show everything; where the legend would lie on a unit, beside or above the legend. */
  function fit(map, bounds) {
    fitBeside(map, bounds, 0, 0);
    const legend = byId("planner-legend");
    if (legend && legend.open && map.getSize().x > 800 && liesOnUnits(map, legend)) {
      const [right, above] = [[legend.offsetWidth, 0], [0, legend.offsetHeight + 30]];
      fitBeside(map, bounds, ...(zoomBeside(map, bounds, right) >= zoomBeside(map, bounds, above) ? right : above));
    }
  }

  /* The zoom at which all fits into what a strip at the left or the lower edge leaves. */
  function zoomBeside(map, bounds, strip) {
    return map.getBoundsZoom(bounds, false, L.point(strip[0] + 104, strip[1] + 68));
  }

  function liesOnUnits(map, legend) {
    const box = legend.getBoundingClientRect();
    const frame = map.getContainer().getBoundingClientRect();
    const margin = 14;
    for (const feature of planner.features.values()) {
      const spot = feature.marker.getBounds
        ? feature.marker.getBounds().getSouthWest()
        : feature.marker.getLatLng();
      const at = map.latLngToContainerPoint(spot);
      if (at.x < box.right - frame.left + margin && at.y > box.top - frame.top - margin) return true;
    }
    return false;
  }

  function fitBeside(map, bounds, beside, above) {
    const side = map.getSize().x > 480 ? 52 : 30; // room for half a name, and for the buttons
    const top = document.querySelector(".pl-tag") ? 72 : 34; // a name must not stand under the year
    map.fitBounds(bounds, {
      paddingTopLeft: [beside + side, top],
      paddingBottomRight: [side, 34 + above],
      maxZoom: 15,
      animate: false,
    });
  }

  planner.markZoom = markZoom;
  function markZoom(map) {
    const box = map.getContainer();
    box.classList.toggle("pl-far", map.getZoom() < 9);
    box.classList.toggle("pl-near", map.getZoom() >= 12);
  }

  function dockLegend(map) {
    const legend = byId("planner-legend");
    if (!legend) return;
    const Legend = L.Control.extend({
      onAdd: function () {
        L.DomEvent.disableClickPropagation(legend);
        L.DomEvent.disableScrollPropagation(legend);
        legend.hidden = false;
        legend.querySelectorAll("th button").forEach((button) => button.addEventListener("click", () => fold(button)));
        return legend;
      },
    });
    new Legend({ position: "bottomleft" }).addTo(map);
  }

  /* A group of more lines than a glance takes in starts folded, but not what the map is about. */
  function foldLongGroups() {
    document.querySelectorAll("#planner-legend tbody").forEach(function (body) {
      const button = body.querySelector("th button");
      if (body.querySelector('[data-legend^="network-"]')) return;
      if (button && body.querySelectorAll("tr:not(.pl-group):not([hidden])").length > 8) fold(button);
    });
  }

  function fold(button) {
    const folded = button.closest("tbody").classList.toggle("pl-folded");
    button.setAttribute("aria-expanded", String(!folded));
  }

  /* Show a unit or facility: put its layer on the map, go there, open its popup. */
  planner.go = function (id) {
    const found = planner.features.get(id);
    if (!found) return false;
    const map = planner.map;
    if (!map.hasLayer(found.layer)) found.layer.addTo(map);
    const open = () => found.marker.openPopup();
    const cluster = map.plannerCluster;
    if (cluster && cluster.hasLayer(found.marker)) {
      cluster.zoomToShowLayer(found.marker, open);
    } else if (found.marker.getBounds) {
      map.fitBounds(found.marker.getBounds(), { padding: [40, 40], maxZoom: 14, animate: false });
      open();
    } else {
      map.setView(found.marker.getLatLng(), Math.max(map.getZoom(), 12), { animate: false });
      open();
    }
    if (window.innerWidth < 700) setPanel(false);
    return true;
  };

  function startSearch(options) {
    const input = byId("planner-search");
    const list = byId("planner-found");
    let hits = [];
    let chosen = -1;

    function matches(text) {
      const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
      if (!words.length) return [];
      const found = [];
      for (const feature of planner.features.values()) {
        const title = feature.title.toLowerCase();
        const code = (feature.code || "").toLowerCase();
        if (words.every((word) => title.includes(word) || code.includes(word))) {
          found.push([title.startsWith(words[0]) || code.startsWith(words[0]) ? 0 : 1, feature]);
        }
        if (found.length > 400) break;
      }
      return found.sort((a, b) => a[0] - b[0]).slice(0, 12).map((pair) => pair[1]);
    }

    function show() {
      hits = matches(input.value);
      chosen = hits.length ? 0 : -1;
      list.replaceChildren(...hits.map(entry));
      if (!hits.length && input.value.trim()) list.append(planner.element("li", "pl-none", options.nothing));
      list.hidden = !input.value.trim();
      input.setAttribute("aria-expanded", String(!list.hidden));
    }

    function entry(feature, place) {
      const item = planner.element("li", place === chosen ? "pl-chosen" : "");
      item.setAttribute("role", "option");
      item.append(planner.element("b", "", feature.title), planner.element("span", "", feature.code));
      item.append(planner.element("small", "", feature.what));
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(place);
      });
      return item;
    }

    function take(place) {
      if (place < 0) return;
      list.hidden = true;
      input.blur();
      planner.go(hits[place].id);
    }

    input.addEventListener("input", show);
    input.addEventListener("focus", show);
    input.addEventListener("blur", () => { list.hidden = true; });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Enter") take(chosen);
      else if (event.key === "Escape") list.hidden = true;
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        chosen = Math.min(Math.max(chosen + step, 0), hits.length - 1);
        [...list.children].forEach((item, place) => item.classList.toggle("pl-chosen", place === chosen));
      }
    });
  }

  function setPanel(open) {
    document.body.classList.toggle("pl-open", open);
    document.body.classList.toggle("pl-shut", !open);
    byId("planner-toggle").setAttribute("aria-expanded", String(open));
    if (planner.map) planner.map.invalidateSize({ animate: false });
  }

  function startPanel(map) {
    setPanel(window.innerWidth >= 700);
    byId("planner-toggle").addEventListener("click", () => setPanel(!document.body.classList.contains("pl-open")));
    byId("planner-home").addEventListener("click", () => planner.bounds && fit(map, planner.bounds));
  }

  /* Paper has its own width: the map takes a fixed one while printing, so that nothing is cut off. */
  function startPrinting(map) {
    function sized(printing) {
      document.body.classList.toggle("pl-printing", printing);
      map.invalidateSize({ animate: false, pan: false });
      if (planner.bounds) fit(map, planner.bounds);
      planner.placeNames();
    }
    window.addEventListener("beforeprint", () => sized(true));
    window.addEventListener("afterprint", () => sized(false));
  }

  /* A choice is shown at once; without a script the button does it. */
  function startChooser() {
    const form = byId("planner-chooser");
    if (!form) return;
    form.querySelector("button").hidden = true;
    form.addEventListener("change", () => form.requestSubmit());
  }

  function startList() {
    document.querySelectorAll("[data-unit]").forEach(function (row) {
      row.addEventListener("click", () => visit(row.dataset.unit));
      row.addEventListener("keydown", function (event) {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        visit(row.dataset.unit);
      });
    });
  }

  /* Go to a unit and, on a map of access, show its whole route. */
  function visit(id) {
    if (planner.go(id) && planner.fitRoute) planner.fitRoute();
  }

  /* leaflet-measure focuses its capture marker, which makes the map jump on each click. */
  function calmMeasuring() {
    if (!L.Control.Measure) return;
    L.Control.Measure.include({
      _setCaptureMarkerIcon: function () {
        this._captureMarker.options.autoPanOnFocus = false;
        this._captureMarker.setIcon(L.divIcon({ iconSize: this._map.getSize().multiplyBy(2) }));
      },
    });
  }
})();
