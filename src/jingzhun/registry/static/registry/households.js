// The household list: arrow keys walk through the rows, Enter opens one; a town chosen empties its villages.

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (!["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  if (typing(event.target) && event.target.id !== "household-search") return;
  walk(event);
});

function walk(event) {
  const rows = [...document.querySelectorAll("#household-list tr[data-href]")];
  const at = rows.findIndex((row) => row.classList.contains("table-active"));
  if (event.key === "Enter") {
    if (at >= 0 && !event.target.closest("a, button, summary")) {
      event.preventDefault();
      location.assign(rows[at].dataset.href);
    }
    return;
  }
  const next = rows[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), rows.length - 1)];
  if (!next) return;
  event.preventDefault();
  rows[at]?.classList.remove("table-active");
  next.classList.add("table-active");
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("#household-list tr[data-href]");
  if (row && !event.target.closest("a, button, input, label") && !String(getSelection())) location.assign(row.dataset.href);
});

// The address keeps only what was chosen: no empty filter, and no columns while they are the usual ones.
const usual = (form, columns) => form.dataset.columns === columns.slice().sort().join(" ");

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "household-filter") return;
  const kept = event.detail.parameters;
  for (const name of new Set([...kept.keys()])) {
    const values = kept.getAll(name).filter((value) => value !== "");
    kept.delete(name);
    if (name === "col" && usual(event.detail.elt, values)) continue;
    for (const value of values) kept.append(name, value);
  }
});

// A town or village chosen changes what stands below it: the page is fetched whole.
document.addEventListener("change", (event) => {
  const select = event.target.closest("select[data-cascade]");
  if (!select || select.name === "group") return;
  event.stopPropagation();
  const levels = [...select.form.querySelectorAll("select[data-cascade]")].map((each) => each.name);
  select.form.addEventListener("formdata", ({ formData }) => {
    for (const below of levels.slice(levels.indexOf(select.name) + 1)) formData.delete(below);
    if (usual(select.form, formData.getAll("col"))) formData.delete("col");
  }, { once: true });
  select.form.submit();
}, true);
