/* Access on a planner map: streets by minutes, areas within reach, who goes where, barriers, and the
   route of the unit that was clicked. */
(function () {
  "use strict";
  const planner = (window.planner = window.planner || {});

  /* Lines in classes on one canvas, those drawn last lying above. */
  planner.classes = function (map, data) {
    const group = L.layerGroup();
    const canvas = L.canvas({ pane: planner.pane(map, "streets"), padding: 0.3 });
    const share = () => (map.getZoom() < 12.5 ? 0.6 : 1);
    for (const one of data.classes) {
      group.addLayer(L.polyline(one.lines.map(planner.decoded), {
        renderer: canvas,
        interactive: false,
        color: one.colour,
        weight: one.weight * share(),
        dashArray: one.dashes || null,
        opacity: 0.95,
        smoothFactor: 1.2,
        full: one.weight,
      }));
    }
    map.on("zoomend", () => group.eachLayer((line) => line.setStyle({ weight: line.options.full * share() })));
    planner.groups.push({ key: data.key, group: group });
    return group;
  };

  /* Areas that are looked at and not clicked; where a server has them, asked for when first shown. */
  planner.areas = function (map, data) {
    const group = L.layerGroup();
    const add = (areas) => areas.forEach((one) => group.addLayer(area(map, one)));
    add(tinted(data.areas, data.colours));
    if (data.source) {
      group.once("add", async function () {
        document.body.classList.add("pl-busy");
        try {
          const found = await fetched(data.source);
          const wanted = data.only === undefined ? found.features : [found.features[data.only]];
          const areas = wanted.filter((one) => one && one.geometry).map((one) => ({ ...data.style, rings: ringsOf(one.geometry) }));
          add(tinted(areas, data.colours));
        } catch {
          document.querySelectorAll(`[data-legend="${data.key}"]`).forEach((row) => row.classList.add("pl-failed"));
        }
        document.body.classList.remove("pl-busy");
      });
    }
    planner.groups.push({ key: data.key, group: group });
    return group;
  };

  function area(map, one) {
    return L.polygon(one.rings, {
      pane: planner.pane(map, "reach"),
      interactive: false,
      color: one.line,
      weight: 1.6,
      fillColor: one.fill,
      fillOpacity: one.opacity,
    });
  }

  /* Neighbours get different colours wherever there are enough. */
  function tinted(areas, colours) {
    if (!colours) return areas;
    const boxes = areas.map((one) => L.latLngBounds(one.rings.flat(2)));
    const chosen = [];
    areas.forEach(function (one, place) {
      const taken = new Set(chosen.filter((_, other) => boxes[other].intersects(boxes[place])));
      const free = colours.find((colour) => !taken.has(colour)) || colours[place % colours.length];
      chosen.push(free);
      one.line = one.fill = free;
    });
    return areas;
  }

  const answers = new Map();
  function fetched(address) {
    if (!answers.has(address)) {
      const answer = fetch(address).then((one) => (one.ok ? one.json() : Promise.reject(new Error(one.status))));
      answer.catch(() => answers.delete(address));
      answers.set(address, answer);
    }
    return answers.get(address);
  }

  function ringsOf(shape) {
    const several = shape.type === "MultiPolygon" ? shape.coordinates : [shape.coordinates];
    return several.map((polygon) => polygon.map((ring) => ring.map((at) => [at[1], at[0]])));
  }

  /* Barriers with their names, and the places where they can be crossed. */
  planner.barriers = function (map, data) {
    const group = L.featureGroup();
    for (const one of data.lines) {
      const shape = one.rings || one.lines.map(planner.decoded);
      const draw = one.rings ? L.polygon : L.polyline;
      for (const stroke of one.strokes) {
        group.addLayer(draw(shape, {
          pane: planner.pane(map, "barriers"),
          interactive: false,
          color: stroke.colour,
          weight: stroke.weight,
          dashArray: stroke.dashes || null,
          lineCap: "butt",
          fill: !!one.rings,
          fillColor: stroke.colour,
          fillOpacity: 0.15,
        }));
      }
      if (!one.title) continue;
      const felt = draw(shape, { pane: planner.pane(map, "barriers"), weight: 12, opacity: 0, fill: !!one.rings, fillOpacity: 0 });
      felt.bindTooltip(planner.element("span", "", one.title), { sticky: true, className: "pl-hover", opacity: 1 });
      group.addLayer(felt);
    }
    planner.groups.push({ key: data.key, group: group });
    return group;
  };

  planner.crossings = function (map, data) {
    const group = L.featureGroup();
    for (const one of data.places) {
      const mark = L.marker(one.at, {
        icon: L.divIcon({ html: data.symbol, className: "pl-crossing", iconSize: [18, 18] }),
        keyboard: false,
        zIndexOffset: -200,
      });
      mark.on("add", () => mark.getElement()?.setAttribute("aria-label", one.title));
      mark.bindTooltip(planner.element("span", "", one.title), { direction: "top", className: "pl-hover", opacity: 1 });
      group.addLayer(mark);
    }
    planner.groups.push({ key: data.key, group: group });
    return group;
  };

  /* The land nearest to each facility, and a line from each unit to where its people go. */
  planner.catchments = function (map, data) {
    const group = planner.areas(map, data);
    group.addLayer(L.polyline(data.links.lines.map(planner.decoded), {
      renderer: L.canvas({ pane: planner.pane(map, "links"), padding: 0.3 }),
      interactive: false,
      color: data.links.colour,
      weight: 0.9,
      opacity: 0.65,
    }));
    return group;
  };

  /* Routes: stretches of street, each with the stretch that follows it, so that none is kept twice. */
  planner.routes = function (map, data) {
    const shown = L.layerGroup().addTo(map);
    const explained = new Map(); // unit -> what the server said of it
    let chosen = null;

    function lineOf(unit) {
      const line = [];
      for (let piece = unit.first; piece >= 0; piece = data.onward[piece]) {
        line.push(...planner.decoded(data.pieces[piece]));
      }
      return line;
    }

    function draw(unit) {
      shown.clearLayers();
      const line = lineOf(unit);
      const travelled = unit.leaving !== undefined;
      const last = unit.direct ? "" : data.arriving[unit.facility];
      const legs = (travelled ? [unit.leaving, last] : []).filter(Boolean).map(planner.decoded);
      const end = data.facilities[unit.facility];
      stroke([[unit.at, end]], { color: "#1f2933", weight: 2, dashArray: "2 7", opacity: 0.75 }, "pl-straight");
      if (line.length) stroke([line], { color: "#111827", weight: 4.5 }, "pl-route", true);
      if (legs.length) stroke(legs, { color: "#111827", weight: 3.5, dashArray: "3 6" }, "pl-leg", true);
      shown.addLayer(L.circleMarker(end, { pane: planner.pane(map, "route"), radius: 7, color: "#111827", weight: 3, fill: false, interactive: false }));
    }

    function stroke(lines, style, name, cased) {
      const pane = planner.pane(map, "route");
      const plain = { pane: pane, interactive: false, fill: false, lineCap: "round" };
      if (cased) shown.addLayer(L.polyline(lines, { ...plain, color: "#fff", weight: style.weight + 4, opacity: 0.9 }));
      shown.addLayer(L.polyline(lines, { ...plain, ...style, className: name }));
    }

    planner.showRoute = function (id) {
      const unit = data.units[id];
      chosen = id;
      shown.clearLayers();
      if (unit) draw(unit);
      const found = explained.get(id) || data.why[id];
      if (found) drawExplained(id, found);
    };

    /* All of the route beside the legend, with the popup where that leaves the route in sight;
       otherwise the popup comes as far into view as it goes. */
    planner.fitRoute = function () {
      const box = L.latLngBounds([]);
      shown.eachLayer((layer) => box.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng()));
      if (!box.isValid()) return;
      const legend = document.getElementById("planner-legend");
      const beside = legend && legend.open && map.getSize().x > 800 ? legend.offsetWidth : 0;
      const popup = chosen === null ? null : planner.features.get(chosen).marker.getPopup();
      if (popup && popup.isOpen() && fitWith(popup, box, beside + 30)) return;
      map.fitBounds(box, {
        paddingTopLeft: [beside + 50, 60],
        paddingBottomRight: [60, 60],
        maxZoom: 15,
        animate: false,
      });
      settle(popup);
    };

    /* Show route and popup together, at the nearest zoom at which both are in view; false where
       the popup would hide half of the route, or the map is too small. */
    function fitWith(popup, box, left) {
      const card = popup.getElement();
      const width = card.offsetWidth;
      const height = card.offsetHeight + 20;
      const room = map.getSize().subtract([left + 40, 60]);
      for (let zoom = 15; zoom >= map.getMinZoom(); zoom -= 1) {
        const at = map.project(popup.getLatLng(), zoom);
        const paper = L.bounds(at.subtract([width / 2, height]), at.add([width / 2, 0]));
        const route = L.bounds(map.project(box.getNorthWest(), zoom), map.project(box.getSouthEast(), zoom));
        const both = L.bounds([paper.min, paper.max, route.min, route.max]);
        if (both.getSize().x > room.x || both.getSize().y > room.y) continue;
        if (share(route, paper) > 0.5) return false;
        const centre = both.getCenter().add([(40 - left) / 2, 0]);
        map.setView(map.unproject(centre, zoom), zoom, { animate: false });
        return true;
      }
      return false;
    }

    /* How much of one box on the screen lies below another. */
    function share(under, over) {
      const along = (axis) =>
        Math.max(0, Math.min(under.max[axis], over.max[axis]) - Math.max(under.min[axis], over.min[axis])) /
        Math.max(1, under.max[axis] - under.min[axis]);
      return along("x") * along("y");
    }

    /* Move the map so far that the popup is in view, and the legend not on it. */
    function settle(popup) {
      if (!popup || !popup.isOpen()) return;
      const legend = document.getElementById("planner-legend");
      const beside = legend && legend.open && map.getSize().x > 800 ? legend.offsetWidth + 12 : 0;
      popup.options.autoPanPaddingTopLeft = [beside + 24, 24];
      popup.update();
    }

    const known = (id) => id in data.units || data.left_out.includes(id) || !!data.explain;
    const isUnit = (id) => id !== undefined && !String(id).startsWith("facility:");

    map.on("popupopen", function (event) {
      const id = event.popup._source && event.popup._source.plannerId;
      if (!isUnit(id) || !known(id)) return;
      planner.showRoute(id);
      settle(event.popup);
    });
    map.on("popupclose", function (event) {
      if (event.popup._source && event.popup._source.plannerId === chosen) {
        shown.clearLayers();
        chosen = null;
      }
    });

    /* Below a unit's popup, made once: the button for the whole route, and what the server explains. */
    const parts = new Map();
    planner.more = function (id) {
      if (!isUnit(id) || !known(id)) return null;
      if (!parts.has(id)) parts.set(id, why(id));
      return parts.get(id);
    };

    function why(id) {
      const part = planner.element("section", "pl-why");
      if (id in data.units) {
        const button = planner.element("button", "pl-whole", data.words.whole);
        button.type = "button";
        button.addEventListener("click", () => planner.fitRoute());
        part.append(button);
      } else if (data.left_out.includes(id)) {
        part.append(planner.element("p", "pl-note", data.words.left_out));
      }
      if (data.explain) explain(id, part);
      else if (data.why[id]) tell(data.why[id], part);
      else if (data.short.includes(id)) part.append(planner.element("p", "pl-note", data.words.worst));
      return part;
    }

    function explain(id, part) {
      const waiting = planner.element("p", "pl-note", data.words.asking);
      part.append(waiting);
      fetched(data.explain.replace("{unit}", encodeURIComponent(id))).then(function (found) {
        waiting.remove();
        tell(found, part);
        explained.set(id, found);
        if (chosen === id) drawExplained(id, found);
        settle(planner.features.get(id).marker.getPopup());
      }).catch(function () {
        waiting.textContent = data.words.unanswered;
        parts.delete(id);
      });
    }

    /* Causes and the most helpful change; what else would help unfolds. */
    function tell(found, part) {
      if (found.causes && found.causes.length) {
        part.append(planner.element("h4", "", data.words.causes), listed(found.causes.map((one) => one.text)));
      }
      const changes = found.fixes || [];
      if (changes.length) {
        const [first, ...others] = changes;
        part.append(planner.element("h4", "", data.words.fixes), listed([first.texts[0]], first.line));
        const rest = planner.element("details");
        rest.append(planner.element("summary", "", data.words.more));
        if (first.texts.length > 1) rest.append(listed(first.texts.slice(1)));
        for (const one of others) rest.append(listed(one.texts, one.line));
        if (rest.children.length > 1) part.append(rest);
      }
      for (const note of found.notes || []) part.append(planner.element("p", "pl-note", note.text));
    }

    function listed(texts, line) {
      const list = planner.element("ul", line ? "pl-fix" : "");
      for (const text of texts) list.append(planner.element("li", "", text));
      return list;
    }

    /* The gap that one crossing would close, and the route where the page itself has none. */
    function drawExplained(id, found) {
      const pane = planner.pane(map, "route");
      for (const fix of found.fixes || []) {
        const line = fix.line && fix.line.coordinates.map((at) => [at[1], at[0]]);
        if (!line) continue;
        shown.addLayer(L.polyline(line, { pane: pane, interactive: false, color: "#fff", weight: 9, opacity: 0.9 }));
        shown.addLayer(L.polyline(line, { pane: pane, interactive: false, color: "#009e73", weight: 5, dashArray: "6 5", className: "pl-gap" }));
      }
      if (!data.units[id] && found.route && found.route.line) {
        stroke([found.route.line.coordinates.map((at) => [at[1], at[0]])], { color: "#111827", weight: 4.5 }, "pl-route", true);
      }
    }

    return shown;
  };
})();
