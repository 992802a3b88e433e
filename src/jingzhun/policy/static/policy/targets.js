// Below the grid of targets: by how much the towns exceed the county, or fall short, as it is typed.
const form = document.querySelector("[data-targets]");
const county = form.dataset.targets;
const number = (input) => Number.parseInt(input.value.replaceAll(",", ""), 10) || 0;

function difference(year) {
  const parts = {};
  for (const input of form.querySelectorAll("input[data-part]")) {
    const [area, of, part] = input.name.split("-");
    if (of === year) parts[part] = (parts[part] ?? 0) + (area === county ? -number(input) : number(input));
  }
  return parts;
}

function tell() {
  for (const cell of form.querySelectorAll("[data-difference]")) {
    const parts = Object.values(difference(cell.dataset.difference));
    cell.textContent = parts.every((each) => each === 0) ? "✓" : parts.map((each) => (each > 0 ? `+${each}` : each)).join(" / ");
    cell.classList.toggle("text-danger", parts.some((each) => each !== 0));
  }
}

form.addEventListener("input", tell);
tell();
