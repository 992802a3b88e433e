// What is typed while the clauses are being drawn anew is not lost: it goes into the new fields of the same name.
let kept = null;

const fields = (place) => [...place.querySelectorAll("input[name], textarea[name]")].filter(
  (field) => !["hidden", "checkbox", "radio"].includes(field.type),
);

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  kept = null;
  const sent = requestConfig.parameters;
  if (target.id !== "editor" || !String(sent.do ?? "").endsWith(":refresh")) return;
  const typed = fields(target).filter((field) => field.value !== String(sent[field.name] ?? ""));
  kept = { values: new Map(typed.map((field) => [field.name, field.value])), focus: document.activeElement?.name };
});

document.body.addEventListener("htmx:afterSettle", () => {
  if (!kept) return;
  for (const field of fields(document.getElementById("editor"))) {
    if (kept.values.has(field.name)) field.value = kept.values.get(field.name);
    if (field.name === kept.focus) field.focus();
  }
  kept = null;
});
