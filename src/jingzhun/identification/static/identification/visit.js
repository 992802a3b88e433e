// The home visit on a phone: causes that the register doubts. Place, signature and photos: web/phone.js.
const form = document.querySelector("form.visit");
const one = (selector) => form.querySelector(selector);

// Causes that the register does not bear out are told while they are chosen; the surveyor decides.
const causes = one("[data-causes]");
function doubt() {
  const chosen = new Set([one("[name=cause_main]").value, ...[...causes.querySelectorAll("[name=causes_other]:checked")].map(({ value }) => value)]);
  for (const told of causes.querySelectorAll("[data-doubt]")) told.hidden = !chosen.has(told.dataset.doubt);
}
causes.addEventListener("change", doubt);
doubt();
