// Lists with boxes to tick, and the quotas' running sum. Without it everything still works, only by hand.

const boxes = (form) => [...form.querySelectorAll("tbody input[type=checkbox]")];

function count(form) {
  const ticked = boxes(form).filter((box) => box.checked).length;
  const told = form.querySelector("[data-ticked]");
  if (told) told.textContent = ticked ? `${ticked} ✓` : "";
  const all = form.querySelector("[data-tick-all]");
  if (all) { all.checked = ticked > 0 && ticked === boxes(form).length; all.indeterminate = ticked > 0 && !all.checked; }
}

for (const form of document.querySelectorAll("form[data-ticks]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) for (const box of boxes(form)) box.checked = event.target.checked;
    count(form);
  });
  count(form);
}

const quotas = document.querySelector("form[data-quotas]");
if (quotas) {
  const number = (text) => (/^\d+$/.test(text.trim()) ? Number(text) : 0);
  const sum = () => {
    let whole = 0;
    for (const town of quotas.querySelectorAll(".quota-town")) {
      const part = [...town.querySelectorAll("input")].reduce((total, input) => total + number(input.value), 0);
      town.querySelector("[data-town-sum]").textContent = part;
      whole += part;
    }
    const left = Number(quotas.dataset.quotas) - whole;
    quotas.querySelector("[data-sum]").textContent = whole;
    const told = quotas.querySelector("[data-left]");
    told.textContent = left;
    told.className = left ? "text-red" : "text-green";
  };
  quotas.addEventListener("input", sum);
  sum();
}
