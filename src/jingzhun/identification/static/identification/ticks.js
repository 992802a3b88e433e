// One box in a table's head ticks all boxes below it; a count of the ticked rows stands where [data-ticked] is.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  const form = all.closest("form");
  const boxes = () => [...form.querySelectorAll(`td.tick input[type=checkbox]`)];
  const counter = form.querySelector("[data-ticked]");
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && ticked < boxes().length;
    if (counter) counter.textContent = counter.dataset.ticked.replace("{count}", ticked);
  };
  all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; show(); });
  form.addEventListener("change", show);
  show();
}
