// The grid of votes: adds up while it is typed, goes by Enter and arrows. And the quorum in words.
const number = (box) => (/^\d+$/.test(box.value.trim()) ? Number(box.value) : 0);
const filled = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function quorum(words) {
  const form = words.closest("form");
  const [entitled, present] = ["entitled", "present"].map((name) => form.elements[name]);
  const show = () => {
    words.hidden = !entitled.value || !present.value;
    const least = Math.ceil((Number(words.dataset.thirds) * number(entitled)) / 3);
    const reached = number(present) >= least && number(present) <= number(entitled);
    words.classList.toggle("missed", !reached);
    words.textContent = filled(reached ? words.dataset.reached : words.dataset.missed, { present: number(present), entitled: number(entitled), least });
  };
  for (const box of [entitled, present]) box.addEventListener("input", show);
  show();
}

function grid(table) {
  const present = Number(table.dataset.present);
  const rows = [...table.querySelectorAll("[data-vote]")];
  const boxes = (row) => [...row.querySelectorAll("input")];

  function add(row) {
    const [favour, against, abstained, recused] = boxes(row);
    const check = row.querySelector("[data-check]");
    const others = number(favour) + number(abstained) + number(recused);
    if ([favour, against, abstained, recused].every((box) => !box.value.trim())) { check.textContent = ""; return null; }
    against.placeholder = String(Math.max(present - others, 0));
    const left = present - others - (against.value.trim() ? number(against) : Math.max(present - others, 0));
    check.textContent = left === 0 ? table.dataset.fits : filled(left > 0 ? table.dataset.missing : table.dataset.over, { count: Math.abs(left) });
    check.className = `vote-check ${left === 0 ? "text-green" : "text-red"}`;
    for (const box of [favour, against, abstained, recused]) box.classList.toggle("is-invalid", left !== 0);
    return left === 0;
  }

  function go(box, down, right) {
    const row = rows.indexOf(box.closest("[data-vote]"));
    const column = boxes(rows[row]).indexOf(box);
    const next = rows[row + down] && boxes(rows[row + down])[column + right];
    if (next) { next.focus(); next.select(); }
    return Boolean(next);
  }

  table.addEventListener("input", (event) => {
    add(event.target.closest("[data-vote]"));
  });
  table.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches("input")) return;
    const at = (end) => box.selectionStart === box.selectionEnd ? box.selectionStart === end : box.selectionEnd - box.selectionStart === box.value.length;
    const moves = {
      Enter: [1, 0, true], ArrowDown: [1, 0, true], ArrowUp: [-1, 0, true],
      ArrowRight: [0, 1, at(box.value.length)], ArrowLeft: [0, -1, at(0)],
    };
    const move = moves[event.key];
    if (!move || !move[2] || event.ctrlKey || event.metaKey || event.altKey) return;
    const moved = go(box, move[0], move[1]);
    if (moved || event.key === "Enter") event.preventDefault();
  });
  for (const row of rows) if (!row.querySelector("[role=alert], .badge")) add(row);
}

for (const words of document.querySelectorAll("[data-quorum]")) quorum(words);
for (const table of document.querySelectorAll("[data-votes]")) grid(table);
