// Small things every page of the shell has.

// Forms sent by htmx carry the CSRF token of the page.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});

// "/" goes to the search box, as on most sites.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("input[type=search]");
  if (box) { event.preventDefault(); box.focus(); box.select(); }
});

// A form marked data-once is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.classList.add("disabled");
});

// Selects and boxes marked data-submit send their form when changed.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// A demo login is filled in by a click.
document.addEventListener("click", (event) => {
  const login = event.target.closest("[data-login]");
  if (!login) return;
  const name = document.querySelector("input[name=login]");
  const password = document.querySelector("input[name=password]");
  if (name && password) { name.value = login.dataset.login; password.value = login.dataset.password; password.form.requestSubmit(); }
});

if (document.querySelector("[data-chart]")) import("./charts.js");
