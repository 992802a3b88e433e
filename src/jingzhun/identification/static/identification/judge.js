// Sliders beside the number fields of a judge, and the weighted sum while they move.
const form = document.querySelector("[data-scores]");
const sliders = form ? [...form.querySelectorAll("[data-slider]")] : [];
const sum = form?.querySelector("[data-sum]");
const pairs = sliders.map((slider) => [slider, document.getElementById(slider.dataset.slider)]);

function add() {
  const given = pairs.map(([slider, box]) => {
    const weight = Number(slider.closest(".scale").querySelector("label span").textContent.replace(/\D/g, ""));
    return box.value === "" ? null : [Number(box.value), weight];
  });
  if (given.includes(null)) { sum.textContent = ""; return; }
  const whole = given.reduce((total, [, weight]) => total + weight, 0);
  const points = given.reduce((total, [value, weight]) => total + value * weight, 0) / whole;
  sum.textContent = sum.dataset.sum.replace("{points}", points.toFixed(1));
}

for (const [slider, box] of pairs) {
  slider.hidden = false;
  if (box.value !== "") slider.value = box.value;
  slider.addEventListener("input", () => { box.value = slider.value; add(); });
  box.addEventListener("input", () => { if (box.value !== "") slider.value = box.value; add(); });
}
if (form) add();
