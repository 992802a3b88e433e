// One village at a time: arrow keys, page keys, space and the buttons go on; the address remembers which one.
const sheets = [...document.querySelectorAll("[data-sheet]")];
const place = document.querySelector("[data-hall-place]");
let at = Math.max(sheets.findIndex((sheet) => `#${sheet.id}` === location.hash), 0);

function show(next) {
  if (!sheets.length) return;
  at = Math.min(Math.max(next, 0), sheets.length - 1);
  sheets.forEach((sheet, position) => sheet.classList.toggle("shown", position === at));
  place.textContent = sheets[at].querySelector("h1").textContent;
  history.replaceState(null, "", `#${sheets[at].id}`);
  scrollTo(0, 0);
}

document.body.classList.add("hall-on");
const keys = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, a, input")) { if (!event.key.startsWith("Arrow")) return; }
  if (event.key in keys) { event.preventDefault(); show(at + keys[event.key]); }
  if (event.key === "Home") show(0);
  if (event.key === "End") show(sheets.length - 1);
});
for (const button of document.querySelectorAll("[data-hall]")) button.addEventListener("click", () => show(at + Number(button.dataset.hall)));
show(at);
