// The home visit on a phone: the place, the signature by a finger, the photos chosen, causes that the register doubts.
const form = document.querySelector("form.visit");
const one = (selector) => form.querySelector(selector);

// The place, when asked for; a phone that does not tell it holds nothing up.
const place = one("[data-place]");
if (navigator.geolocation) {
  place.hidden = false;
  place.addEventListener("click", () => {
    place.classList.add("btn-loading");
    const told = (text) => { place.classList.remove("btn-loading"); one("[data-place-told]").textContent = text; };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        one("[name=latitude]").value = coords.latitude.toFixed(6);
        one("[name=longitude]").value = coords.longitude.toFixed(6);
        told(`${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} (±${Math.round(coords.accuracy)} m)`);
      },
      () => told(form.dataset.noPlace),
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  });
}

// The signature: drawn on white, kept in a hidden field, drawn again when the page comes back with an error.
const box = one("[data-signature]");
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

// The photos chosen are shown at once.
one("[data-photo-input]").addEventListener("change", ({ target }) => {
  const shots = one("[data-photo-shots]");
  for (const shot of shots.querySelectorAll("img")) URL.revokeObjectURL(shot.src);
  shots.replaceChildren(...[...target.files].map((file) => Object.assign(new Image(), { src: URL.createObjectURL(file), alt: file.name })));
  one("[data-photo-count]").textContent = `${target.files.length} ${form.dataset.photos}`;
});

// Causes that the register does not bear out are told while they are chosen; the surveyor decides.
const causes = one("[data-causes]");
function doubt() {
  const chosen = new Set([one("[name=cause_main]").value, ...[...causes.querySelectorAll("[name=causes_other]:checked")].map(({ value }) => value)]);
  for (const told of causes.querySelectorAll("[data-doubt]")) told.hidden = !chosen.has(told.dataset.doubt);
}
causes.addEventListener("change", doubt);
doubt();
