// Forms filled in on a phone at somebody's table: the place, a signature by a finger, photos, and what was typed is kept.
const form = document.querySelector("form.visit");
const one = (selector) => form.querySelector(selector);

// The place, when asked for; a phone that does not tell it holds nothing up.
const place = one("[data-place]");
if (place && navigator.geolocation) {
  place.hidden = false;
  place.addEventListener("click", () => {
    place.classList.add("btn-loading");
    const told = (text) => { place.classList.remove("btn-loading"); one("[data-place-told]").textContent = text; };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        one("[name=latitude]").value = coords.latitude.toFixed(6);
        one("[name=longitude]").value = coords.longitude.toFixed(6);
        const accuracy = one("[name=accuracy]");
        if (accuracy) accuracy.value = Math.round(coords.accuracy);
        told(`${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} (±${Math.round(coords.accuracy)} m)`);
      },
      () => told(form.dataset.noPlace),
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  });
}

// The signature: drawn on white, kept in a hidden field, drawn again when the page comes back with an error.
const box = one("[data-signature]");
if (box) {
  const canvas = box.querySelector("canvas");
  const kept = one("[name=signature]");
  const pen = canvas.getContext("2d");
  const hint = one("[data-signature-told]").textContent;
  let last = null;

  function blank() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { strokeStyle: "#16181b", lineWidth: 5, lineCap: "round", lineJoin: "round" });
  }
  function point(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((event.clientX - left) * canvas.width) / width, ((event.clientY - top) * canvas.height) / height];
  }
  function draw(event) {
    if (!last) return;
    const next = point(event);
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    last = next;
  }
  function done() {
    if (!last) return;
    last = null;
    kept.value = canvas.toDataURL("image/png");
    one("[data-signature-told]").textContent = form.dataset.signing;
  }
  box.hidden = false;
  blank();
  if (kept.value) {
    const drawn = new Image();
    drawn.addEventListener("load", () => pen.drawImage(drawn, 0, 0));
    drawn.src = kept.value;
    one("[data-signature-told]").textContent = form.dataset.signing;
  }
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); last = point(event); draw(event); });
  canvas.addEventListener("pointermove", draw);
  canvas.addEventListener("pointerup", done);
  canvas.addEventListener("pointercancel", done);
  one("[data-signature-clear]").addEventListener("click", () => { blank(); kept.value = ""; one("[data-signature-told]").textContent = hint; });
}

// The photos chosen are shown at once.
one("[data-photo-input]")?.addEventListener("change", ({ target }) => {
  const shots = one("[data-photo-shots]");
  for (const shot of shots.querySelectorAll("img")) URL.revokeObjectURL(shot.src);
  shots.replaceChildren(...[...target.files].map((file) => Object.assign(new Image(), { src: URL.createObjectURL(file), alt: file.name })));
  one("[data-photo-count]").textContent = `${target.files.length} ${form.dataset.photos}`;
});

// What is typed stays in this browser until it is sent: a line that breaks, or a closed page, loses nothing. The form's
// own number is kept with it, so that one which arrived without an answer is known again: it is not offered a second time
// (`data-arrived`: the numbers that arrived), nor recorded twice.
const name = form.dataset.keep;
if (name) {
  const fields = () => [...form.querySelectorAll("input:not([type=file]):not([name=csrfmiddlewaretoken]), textarea, select")].filter((field) => field.name);
  const stored = JSON.parse(localStorage.getItem(name) ?? "null");
  const arrived = stored && (form.dataset.arrived ?? "").split(" ").includes(stored.sent_as);
  if (arrived) localStorage.removeItem(name);
  else if (stored && form.dataset.fresh) {
    for (const field of fields()) if (stored[field.name]) field.value = stored[field.name];
    for (const more of form.querySelectorAll("details")) more.open ||= fields().some((field) => more.contains(field) && field.value && field.tagName === "TEXTAREA");
    one("[data-kept]")?.removeAttribute("hidden");
  }
  form.addEventListener("input", () => localStorage.setItem(name, JSON.stringify(Object.fromEntries(fields().map((field) => [field.name, field.value])))));
  form.addEventListener("submit", (event) => {
    const offline = one("[data-offline]");
    if (!offline) return;
    offline.hidden = navigator.onLine;
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation();
    offline.scrollIntoView({ block: "center" });
  });
  one("[data-kept-drop]")?.addEventListener("click", () => { localStorage.removeItem(name); location.reload(); });
}
