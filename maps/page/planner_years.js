/* Years on a planner map: units and facilities as they were in a year, by a slider or side by side. */
(function () {
  "use strict";
  const planner = (window.planner = window.planner || {});
  const MAKERS = ["yearly", "units", "facilities", "streets", "barriers", "crossings", "graticule"];
  const followers = []; // [map, called with the place of a year]
  let shown = -1; // place of the year on the slider; the last one where nothing was chosen

  const placeOf = (map) => (map === planner.second ? 1 : planner.second ? 0 : shown);

  /* Call with the place of the year that a map shows, now and whenever it changes. */
  planner.eachYear = function (map, follow) {
    followers.push([map, follow]);
    follow(placeOf(map));
  };

  const charAt = (text, place) => text.charAt(place < 0 ? text.length - 1 : place);

  /* A marker is on its group only in years in which it is there. */
  planner.appears = function (map, group, marker, years) {
    planner.eachYear(map, function (place) {
      if (charAt(years, place) === "1") group.addLayer(marker);
      else group.removeLayer(marker);
    });
  };

  /* Units coloured by their state in the year; `states` has one sign a year, "-" where there is no unit. */
  planner.yearly = function (map, data) {
    const dressed = { ...data, ...data.looks[0] };
    const group = planner.units(map, dressed);
    const drawn = data.features.map((feature) => [planner.features.get(feature.id).marker, feature]);
    planner.eachYear(map, function (place) {
      for (const [marker, feature] of drawn) {
        const sign = charAt(feature.states, place);
        if (sign === "-") {
          group.removeLayer(marker);
          continue;
        }
        const look = data.looks[Number(sign)];
        feature.tone = look.tone;
        planner.wear(marker, look, data.crowded);
        group.addLayer(marker);
      }
    });
    return group;
  };

  /* The slider, its button and the table of all years, which choose one too. */
  planner.startYears = function () {
    const section = document.getElementById("planner-years");
    if (!section) return;
    const years = JSON.parse(section.dataset.years);
    const slider = document.getElementById("planner-year");
    const button = document.getElementById("planner-play");
    const rows = [...section.querySelectorAll("tbody tr")];
    let timer = 0;

    function show(place) {
      shown = place;
      const one = years[place];
      slider.value = place;
      slider.setAttribute("aria-valuetext", one.spoken);
      for (const name of ["year", "figure", "status", "counted", "opened", "closed", "notes"]) {
        const field = document.getElementById("planner-year-" + name);
        field.textContent = one[name];
        field.hidden = !one[name];
      }
      document.getElementById("planner-year-status").style.background = one.colour;
      document.getElementById("planner-year-tag").textContent = one.year;
      rows.forEach((row, number) => row.classList.toggle("pl-now", number === place));
      for (const [key, counts] of Object.entries(JSON.parse(section.dataset.counts))) {
        const field = document.querySelector('#planner-legend tr[data-legend="' + key + '"] .pl-count');
        if (field) field.textContent = counts[place].toLocaleString("en");
      }
      followers.forEach(([, follow]) => follow(place));
    }

    function play(on) {
      clearInterval(timer);
      timer = 0;
      button.setAttribute("aria-pressed", String(on));
      button.setAttribute("aria-label", on ? button.dataset.pause : button.dataset.play);
      button.firstElementChild.className = on ? "fa-solid fa-pause" : "fa-solid fa-play";
      if (!on) return;
      if (shown === years.length - 1) show(0);
      timer = setInterval(function () {
        show(shown + 1);
        if (shown === years.length - 1) play(false);
      }, 1400);
    }

    slider.addEventListener("input", function () {
      play(false);
      show(Number(slider.value));
    });
    button.addEventListener("click", () => play(!timer));
    rows.forEach((row, place) => row.querySelector("button").addEventListener("click", function () {
      play(false);
      show(place);
    }));
    planner.tag(planner.map, "planner-year-tag-box");
    shown = years.length - 1;
    show(shown);
  };

  /* A line about the year at the upper edge of a map. */
  planner.tag = function (map, id) {
    const tag = document.getElementById(id);
    tag.hidden = false;
    map.getContainer().append(tag);
  };

  /* A second map beside the first: everything is drawn on both, each for its year, and they move as one. */
  planner.startBeside = function (map) {
    if (!document.getElementById("planner-change")) return;
    document.body.classList.add("pl-two");
    const box = planner.element("div", "folium-map pl-second");
    map.getContainer().after(box);
    const second = L.map(box, { ...map.options, layers: [] });
    planner.second = second;
    second.attributionControl.setPrefix(false);
    planner.tag(map, "planner-first-tag");
    planner.tag(second, "planner-second-tag");
    MAKERS.forEach((name) => both(name, second));
    const tiles = (event) => {
      if (event.layer instanceof L.TileLayer) L.tileLayer(event.layer._url, event.layer.options).addTo(second);
    };
    map.on("layeradd", tiles);
    map.invalidateSize({ animate: false });
    follow(map, second);
    follow(second, map);
    planner.markZoom(second);
    second.on("zoomend", () => planner.markZoom(second));
    map.on("resize", () => second.invalidateSize({ animate: false }));
  };

  let moving = false;
  function follow(leader, other) {
    leader.on("move zoomend", function () {
      if (moving) return;
      moving = true;
      other.setView(leader.getCenter(), leader.getZoom(), { animate: false });
      moving = false;
    });
  }

  /* What draws a layer draws it on the second map first: the search knows what is on the first one. */
  let twinning = false;
  function both(name, second) {
    const made = planner[name];
    planner[name] = function (map, data) {
      if (twinning) return made(map, data);
      twinning = true;
      const twin = made(second, structuredClone(data));
      const layer = made(map, data);
      twinning = false;
      layer.on("add", () => second.addLayer(twin));
      layer.on("remove", () => second.removeLayer(twin));
      return layer;
    };
  }
})();
