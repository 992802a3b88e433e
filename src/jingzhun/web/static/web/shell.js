// Small things every page of the shell has.

// Requests sent by htmx carry the CSRF token of the page.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});

// "/" goes to the search box: that of the page if it has one, else that of the shell.
const editable = (target) => target.closest?.("input, textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.defaultPrevented || editable(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const shown = (box) => box && box.offsetParent !== null;
  const boxes = [document.querySelector('[data-focus-key="/"]'), ...document.querySelectorAll("main input[type=search], input[type=search]")];
  const box = boxes.find(shown);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// A form marked data-once is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.classList.add("disabled");
});

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button.disabled")) button.classList.remove("disabled");
  }
});

// What htmx could not get is said, not swallowed; a session that ended leads to the login instead of into the page.
function toast(text) {
  const box = document.createElement("div");
  box.className = "alert alert-danger alert-dismissible";
  const words = document.createElement("div");
  words.textContent = text;
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "btn-close", ariaLabel: document.body.dataset.close });
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  document.getElementById("toasts").replaceChildren(box);
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.responseURL && new URL(xhr.responseURL).pathname === document.body.dataset.loginAddress) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
document.addEventListener("htmx:sendError", () => toast(document.body.dataset.unreachable));
document.addEventListener("htmx:responseError", (event) => {
  toast(event.detail.xhr.status === 403 ? document.body.dataset.refused : document.body.dataset.failed);
});

// Selects and boxes marked data-submit send their form when changed.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  // A demo login is filled in by a click.
  const login = event.target.closest("button[data-login]");
  const password = login && document.querySelector("input[name=password]");
  if (password) {
    document.querySelector("input[name=login]").value = login.dataset.login;
    password.value = login.dataset.password;
    password.form.requestSubmit();
  }
  // A button marked data-print prints, one marked data-copy copies its text.
  if (event.target.closest("[data-print]")) window.print();
  const copied = event.target.closest("[data-copy]");
  if (copied) navigator.clipboard?.writeText(copied.dataset.copy);
});

// Paper is white.
const root = document.documentElement;
addEventListener("beforeprint", () => { root.dataset.screenTheme = root.dataset.bsTheme; root.dataset.bsTheme = "light"; });
addEventListener("afterprint", () => { root.dataset.bsTheme = root.dataset.screenTheme ?? root.dataset.bsTheme; });

// Charts and maps come only to pages that have some.
const drawings = new Map();
function draw(attribute, module) {
  if (!document.querySelector(`[${attribute}]`)) return;
  if (!drawings.has(module)) drawings.set(module, import(document.body.dataset[module]));
  drawings.get(module).then(({ drawAll }) => drawAll());
}
function drawAllOfPage() {
  draw("data-chart", "charts");
  draw("data-map", "maps");
}
drawAllOfPage();
document.addEventListener("htmx:afterSettle", drawAllOfPage);

// Who comes back to a long table, or loads it anew, finds it where they left it.
const place = `scroll ${location.pathname}${location.search}`;
addEventListener("pagehide", () => {
  const table = document.querySelector(".table-scroll");
  if (table) sessionStorage.setItem(place, table.scrollTop);
});
addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector(".table-scroll");
  if (table && performance.getEntriesByType("navigation")[0]?.type !== "navigate") table.scrollTop = sessionStorage.getItem(place) ?? 0;
});
