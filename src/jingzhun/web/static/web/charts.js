// Draws every [data-chart] from the ECharts option in the JSON script of that id. A data item with `url` opens it.
const dark = document.documentElement.dataset.bsTheme === "dark";
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const charts = new Map();

function load() {
  if (window.echarts) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("script[data-echarts]")?.dataset.echarts ?? new URL("../vendor/echarts.min.js", import.meta.url);
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

const PALETTE = dark
  ? ["#ef7a70", "#9db4cf", "#d9b26a", "#7fb8a4", "#b79bd1", "#8a95a3"]
  : ["#b4261e", "#47617d", "#b98a2f", "#3f7f6b", "#76559a", "#8a929c"];

function draw(element) {
  const option = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const chart = window.echarts.init(element, null, { renderer: "svg" });
  chart.setOption({
    color: PALETTE,
    backgroundColor: "transparent",
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    textStyle: { fontFamily: colour("--tblr-font-sans-serif"), color: colour("--tblr-body-color") },
    grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
    ...option,
    tooltip: { renderMode: "richText", confine: true, ...option.tooltip },
  });
  chart.on("click", (params) => { if (params.data?.url) window.location = params.data.url; });
  charts.set(element, chart);
}

function drawAll() {
  for (const element of document.querySelectorAll("[data-chart]")) if (!charts.has(element)) draw(element);
}

await load();
drawAll();
addEventListener("resize", () => { for (const chart of charts.values()) chart.resize(); });
document.addEventListener("htmx:afterSwap", drawAll);
document.addEventListener("shown.bs.tab", () => { for (const chart of charts.values()) chart.resize(); });
