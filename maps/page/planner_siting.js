/* Proposed sites on a planner map: how it stands when the first so many of them are built. */
(function () {
  "use strict";
  const planner = (window.planner = window.planner || {});
  const followers = []; // called with the number of sites built

  /* Units that a site brings in: as today before its step, as gained from then on. */
  planner.steps = function (map, data) {
    const group = planner.units(map, data);
    const markers = data.features.map((feature) => [planner.features.get(feature.id).marker, feature.step]);
    followers.push(function (built) {
      for (const [marker, step] of markers) planner.wear(marker, step <= built ? data : data.before, data.crowded);
    });
    return group;
  };

  /* Numbered pins; those not built yet stand back. */
  planner.sites = function (map, data) {
    const group = L.featureGroup();
    planner.groups.push({ key: data.key, group: group });
    for (const feature of data.features) {
      const marker = L.marker(feature.at, {
        icon: L.divIcon({ html: feature.symbol, className: "pl-site", iconSize: [30, 36], iconAnchor: [15, 35], popupAnchor: [0, -32] }),
        alt: feature.title,
        zIndexOffset: 1500 - feature.step,
      });
      planner.place(data, feature, marker, group);
      followers.push((built) => marker.setOpacity(feature.step <= built ? 1 : 0.25));
    }
    return group;
  };

  /* Straight lines from the units that are gained to the sites that serve them. */
  planner.servedBy = function (map, data) {
    const group = L.layerGroup();
    const canvas = L.canvas({ pane: planner.pane(map, "links"), padding: 0.3 });
    const lines = data.lines.map(function ([step, text]) {
      const line = L.polyline(planner.decoded(text), { renderer: canvas, interactive: false, color: data.colour, weight: 1.6, dashArray: "3 3" });
      return [group.addLayer(line) && line, step];
    });
    followers.push((built) => lines.forEach(([line, step]) => line.setStyle({ opacity: step <= built ? 0.9 : 0 })));
    planner.groups.push({ key: data.key, group: group });
    return group;
  };

  planner.startSteps = function () {
    const slider = document.getElementById("planner-step");
    if (!slider) return;
    const section = document.getElementById("planner-siting");
    const [figures, shares] = [JSON.parse(section.dataset.figures), JSON.parse(section.dataset.shares)];
    slider.addEventListener("input", function () {
      const built = Number(slider.value);
      document.getElementById("planner-step-count").textContent = built;
      document.getElementById("planner-step-share").textContent = shares[built] + " %";
      document.getElementById("planner-step-figure").textContent = figures[built];
      document.getElementById("planner-step-bar").style.width = shares[built] - shares[0] + "%";
      followers.forEach((follow) => follow(built));
    });
  };
})();
