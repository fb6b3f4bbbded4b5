"use strict";
// Tables sort by a click on a heading; forms with data-confirm ask first. Everything works without it.
(() => {
  const number = (text) => {
    const found = text.replace(/[^\d.\-–]/g, "").split("–")[0];
    return found === "" || found === "-" ? null : Number(found);
  };
  const order = (first, second) => {
    const [a, b] = [number(first), number(second)];
    if (/^[\d.\-–— /%‰,]*$/.test(first + second)) return (a ?? Infinity) - (b ?? Infinity) || 0;
    return first.localeCompare(second, document.documentElement.lang, { numeric: true });
  };
  const sort = (heading) => {
    const table = heading.closest("table");
    const place = heading.cellIndex;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows];
    const text = (row) => row.cells[place].firstChild?.textContent.trim() ?? "";
    rows.sort((a, b) => (down ? order(text(b), text(a)) : order(text(a), text(b))));
    table.tBodies[0].append(...rows);
  };
  for (const heading of document.querySelectorAll(".sortable thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => sort(heading));
  }
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset?.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
})();
