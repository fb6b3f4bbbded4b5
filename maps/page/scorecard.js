"use strict";
(() => {
  const card = document.querySelector(".scorecard");
  const form = card && card.querySelector(".sc-filters");
  if (!form) return;
  const rows = [...card.querySelectorAll(".sc-row, .sc-cells, .sc-way")];
  const output = form.querySelector("output");
  const turn = (element, on) => (on ? element.removeAttribute("data-off") : element.setAttribute("data-off", ""));
  const shown = (element) => !element.hasAttribute("data-off");
  const filter = () => {
    const status = form.elements.status.value;
    const domain = form.elements.domain.value;
    const warned = form.elements.warned.checked;
    for (const row of rows) {
      turn(row, (!status || row.dataset.status === status) && (!domain || row.dataset.domain === domain) && (!warned || "warned" in row.dataset));
    }
    for (const table of card.querySelectorAll(".sc-table")) turn(table, [...table.querySelectorAll(".sc-row")].some(shown));
    for (const list of card.querySelectorAll(".sc-silent")) {
      turn(list, [...list.querySelectorAll(".sc-row")].some(shown));
      if (status && shown(list)) list.open = true;
    }
    for (const section of card.querySelectorAll(".sc-domain")) turn(section, [...section.querySelectorAll(".sc-row")].some(shown));
    output.textContent = output.dataset.words.replace("{0}", rows.filter((row) => row.classList.contains("sc-row") && shown(row)).length);
  };
  form.hidden = false;
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...card.querySelectorAll("details:not([open])")];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });
})();
