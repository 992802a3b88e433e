// The quotas' running sum. Without it everything still works, only by hand.

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
