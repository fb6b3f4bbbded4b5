/* Layers of a planner map. Data come as plain values; text is only ever set as textContent, so that a
   name can be anything. */
(function () {
  "use strict";
  const planner = (window.planner = window.planner || {});
  planner.groups = []; // {key, group} of each layer, for the legend
  planner.names = []; // {marker, places} of each name that always stands on the map
  planner.features = new Map(); // id -> {id, title, code, what, at, marker, layer}

  const PANES = { graticule: 340, areas: 360, reach: 365, barriers: 372, streets: 380, links: 385, route: 398, chosen: 400 };
  const UNTOUCHED = ["streets", "graticule", "reach", "links", "route"];

  planner.pane = function (map, name) {
    if (!map.getPane(name)) {
      map.createPane(name).style.zIndex = PANES[name];
      if (UNTOUCHED.includes(name)) map.getPane(name).style.pointerEvents = "none";
    }
    return name;
  };

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    return made;
  }
  planner.element = element;

  function lines(data, feature, from, to) {
    const list = element("dl");
    for (let place = from; place < to; place += 1) {
      const value = feature.values[place];
      if (value === null || value === undefined || value === "") continue;
      list.append(element("dt", "", data.labels[place]), element("dd", "", value));
    }
    return list;
  }

  /* A popup: title, a line a value that is there, then the clause the state answers to. */
  function popup(data, feature) {
    return function () {
      const box = element("div", "pl-popup");
      const head = element("h3", "", feature.title);
      if (feature.tone) head.dataset.tone = feature.tone;
      box.append(head);
      const line = element("p");
      if (feature.code) line.append(element("span", "pl-code", feature.code));
      if (feature.simulated) line.append(element("span", "pl-simulated", data.simulated));
      if (feature.code || feature.simulated) box.append(line);
      const more = planner.more && planner.more(feature.id);
      const fold = more && data.fold ? data.fold : data.labels.length;
      box.append(lines(data, feature, 0, fold));
      if (more) box.append(more);
      if (fold < data.labels.length) box.append(lines(data, feature, fold, data.labels.length));
      if (data.quote) {
        const said = element("blockquote", "", data.quote);
        said.append(element("cite", "", data.clause));
        box.append(said);
      }
      return box;
    };
  }

  function register(data, feature, marker, layer) {
    marker.bindPopup(popup(data, feature), { maxWidth: Math.min(340, window.innerWidth - 96), minWidth: 220, autoPanPadding: [24, 24] });
    marker.plannerId = feature.id;
    planner.features.set(feature.id, {
      id: feature.id,
      title: feature.title,
      code: feature.code,
      what: feature.what || data.what,
      marker: marker,
      layer: layer,
    });
  }

  /* A name shows on hovering; that of an upper unit always, above its area or, among neighbours, in it. */
  function named(marker, feature, group) {
    if (!feature.title) return;
    if (feature.label) {
      const box = marker.getBounds ? marker.getBounds() : null;
      const inside = Array.isArray(feature.label) ? feature.label : null;
      const at = inside || (box ? [box.getNorth(), box.getCenter().lng] : marker.getLatLng());
      const icon = L.divIcon({ html: element("span", "", feature.title), className: feature.raised ? "pl-label pl-raised" : "pl-label", iconSize: [0, 0] });
      const name = L.marker(at, { icon: icon, interactive: false, keyboard: false, zIndexOffset: 900 });
      const below = box ? [box.getSouth(), box.getCenter().lng] : at;
      planner.names.push({ marker: name, places: inside ? [at] : [at, below], extent: box || L.latLngBounds([at]) });
      group.addLayer(name);
    }
    // A symbol that is not a picture has no alternative text of its own for screen readers.
    marker.on("add", () => marker.getElement()?.setAttribute("aria-label", feature.title));
    marker.bindTooltip(element("span", "", feature.title), { direction: "top", className: "pl-hover", opacity: 1, sticky: !!feature.rings });
  }

  /* Names never lie on each other: the smaller unit's goes below it where nothing else is, or waits
     for a closer look. A few pixels of overlap do not hurt. */
  planner.placeNames = function () {
    if (planner.names.length > 400) return;
    placeNamesOn(planner.map);
    if (planner.second) placeNamesOn(planner.second);
  };

  function placeNamesOn(map) {
    const apart = (one, other) =>
      one[2] <= other[0] + 6 || other[2] <= one[0] + 6 || one[3] <= other[1] + 4 || other[3] <= one[1] + 4;
    const frame = map.getContainer().getBoundingClientRect();
    const shown = planner.names.filter((name) => name.marker._map === map && name.marker.getElement()?.isConnected);
    for (const name of shown) name.ground = onScreen(map, name.extent);
    shown.sort((a, b) => areaOf(b.ground) - areaOf(a.ground));
    const taken = [];
    for (const name of shown) {
      const text = name.marker.getElement().firstChild;
      text.hidden = false;
      text.hidden = !name.places.some(function (place, number) {
        name.marker.setLatLng(place);
        text.classList.toggle("pl-below", number === 1);
        const at = text.getBoundingClientRect();
        const box = [at.left - frame.left, at.top - frame.top, at.right - frame.left, at.bottom - frame.top];
        const free = taken.every((one) => apart(one, box));
        if (!free || (number === 1 && shown.some((one) => one !== name && !apart(one.ground, box)))) return false;
        taken.push(box);
        return true;
      });
    }
  }

  function onScreen(map, extent) {
    const [first, last] = [map.latLngToContainerPoint(extent.getNorthWest()), map.latLngToContainerPoint(extent.getSouthEast())];
    return [first.x - 5, first.y - 5, last.x + 5, last.y + 5];
  }

  const areaOf = (box) => (box[2] - box[0]) * (box[3] - box[1]);

  /* Units: areas and points of one state or kind. */
  planner.units = function (map, data) {
    const group = L.featureGroup();
    planner.groups.push({ key: data.key, group: group });
    const canvas = data.crowded ? L.canvas({ pane: planner.pane(map, "chosen"), padding: 0.5 }) : null;
    data.features.forEach(function (feature) {
      let drawn;
      if (feature.rings) {
        drawn = L.polygon(feature.rings, {
          pane: planner.pane(map, data.muted ? "areas" : "chosen"),
          renderer: canvas || undefined,
          color: data.line,
          weight: data.muted ? 1.4 : 1.2,
          dashArray: data.dashes,
          fillColor: canvas ? data.plain : data.fill,
          fillOpacity: data.muted ? 0.35 : data.opacity || 0.62,
        });
      } else if (canvas) {
        drawn = L.circleMarker(feature.at, {
          renderer: canvas,
          radius: 4,
          color: data.line,
          weight: 1,
          fillColor: data.plain,
          fillOpacity: 0.9,
        });
      } else {
        drawn = L.marker(feature.at, {
          icon: L.divIcon({ html: data.symbol, className: "pl-unit", iconSize: [data.size, data.size] }),
          alt: feature.title,
          zIndexOffset: data.muted ? -500 : 500,
        });
      }
      register(data, feature, drawn, group);
      group.addLayer(drawn);
      named(drawn, feature, group);
    });
    return group;
  };

  /* Draw a unit's marker in another look. */
  planner.wear = function (marker, look, crowded) {
    if (marker.plannerLook === look) return;
    marker.plannerLook = look;
    if (marker.setStyle) {
      marker.setStyle({ color: look.line, fillColor: crowded ? look.plain : look.fill });
      return;
    }
    marker.setIcon(L.divIcon({ html: look.symbol, className: "pl-unit", iconSize: [look.size, look.size] }));
    marker.getElement()?.setAttribute("aria-label", marker.options.alt);
  };

  /* A marker of another script's making: its popup, its name, its place in the search. */
  planner.place = function (data, feature, marker, group) {
    register(data, feature, marker, group);
    group.addLayer(marker);
    named(marker, feature, group);
  };

  /* Facilities of one type: pins with a symbol, in one cluster for all types. */
  planner.facilities = function (map, data) {
    const group = data.loose ? L.featureGroup() : L.featureGroup.subGroup(planner.cluster(map));
    planner.groups.push({ key: data.key, group: group });
    data.features.forEach(function (feature) {
      const pin = element("span", "pl-pin" + (feature.idle ? " pl-idle" : "") + (data.loose ? " pl-loose" : ""));
      pin.style.setProperty("--pin", data.colour);
      pin.append(element("i", "fa-solid fa-" + data.symbol));
      const marker = L.marker(feature.at, {
        icon: L.divIcon({ html: pin, className: "pl-facility", iconSize: [24, 24], iconAnchor: [1, 23], popupAnchor: [11, -20] }),
        alt: feature.title,
      });
      named(marker, feature, group);
      register(data, feature, marker, group);
      if (feature.works) planner.appears(map, group, marker, feature.works);
      else group.addLayer(marker);
    });
    return group;
  };

  planner.cluster = function (map) {
    if (!map.plannerCluster) {
      map.plannerCluster = L.markerClusterGroup({
        maxClusterRadius: 38,
        disableClusteringAtZoom: 16,
        spiderfyOnMaxZoom: true,
        showCoverageOnHover: false,
        chunkedLoading: true,
        iconCreateFunction: function (cluster) {
          const count = cluster.getChildCount();
          const side = count < 10 ? 22 : count < 100 ? 26 : 32;
          return L.divIcon({
            html: element("b", "", count),
            className: "pl-cluster",
            iconSize: [side, side],
            iconAnchor: [0, side],
          });
        },
      }).addTo(map);
    }
    return map.plannerCluster;
  };

  /* Streets: encoded lines (precision 5) on one canvas below everything that can be clicked. */
  planner.streets = function (map, data) {
    const group = L.polyline(data.lines.map(decoded), {
      renderer: L.canvas({ pane: planner.pane(map, "streets"), padding: 0.3 }),
      interactive: false,
      color: data.colour,
      weight: 1.3,
      opacity: 0.9,
      smoothFactor: 1.5,
    });
    planner.groups.push({ key: data.key, group: group });
    return group;
  };

  planner.decoded = decoded;
  function decoded(text) {
    const line = [];
    const sum = [0, 0];
    let place = 0;
    while (place < text.length) {
      for (let axis = 0; axis < 2; axis += 1) {
        let bits = 0;
        let shift = 0;
        let chunk;
        do {
          chunk = text.charCodeAt(place++) - 63;
          bits |= (chunk & 31) << shift;
          shift += 5;
        } while (chunk >= 32);
        sum[axis] += bits & 1 ? ~(bits >> 1) : bits >> 1;
      }
      line.push([sum[0] / 1e5, sum[1] / 1e5]);
    }
    return line;
  }

  /* Meridians and parallels at a round distance, named along the edge. */
  planner.graticule = function (map) {
    const group = L.layerGroup();
    const pane = planner.pane(map, "graticule");
    const steps = [10, 5, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.005];
    function line(points, name, at) {
      group.addLayer(L.polyline(points, { pane: pane, color: "#b9b2a3", weight: 0.7, opacity: 0.8, interactive: false }));
      if (!at) return;
      const icon = L.divIcon({ html: element("span", "", name), className: "pl-degree", iconSize: [0, 0] });
      group.addLayer(L.marker(at, { pane: pane, icon: icon, interactive: false, keyboard: false }));
    }
    function draw() {
      group.clearLayers();
      const box = map.getBounds();
      const wide = box.getEast() - box.getWest();
      const step = steps.find((one) => wide / one >= 4) || 0.005;
      const digits = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? (step === 0.25 ? 2 : 1) : 0;
      const corner = map.containerPointToLatLng([map.getSize().x - 52, 4]);
      const left = map.containerPointToLatLng([56, 4]).lng;
      for (let n = Math.ceil(box.getWest() / step); n * step < box.getEast(); n += 1) {
        const x = n * step;
        const name = Math.abs(x).toFixed(digits) + "°" + (x < 0 ? "W" : "E");
        line([[box.getSouth(), x], [box.getNorth(), x]], name, x > left && x < corner.lng ? [corner.lat, x] : null);
      }
      for (let n = Math.ceil(box.getSouth() / step); n * step < box.getNorth(); n += 1) {
        const y = n * step;
        const name = Math.abs(y).toFixed(digits) + "°" + (y < 0 ? "S" : "N");
        line([[y, box.getWest()], [y, box.getEast()]], name, [y, corner.lng]);
      }
    }
    group.on("add", function () {
      map.on("moveend", draw);
      draw();
    });
    group.on("remove", () => map.off("moveend", draw));
    return group;
  };
})();
