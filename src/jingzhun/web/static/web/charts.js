// Draws every [data-chart] from the ECharts option in the JSON script of that id. A data item with `url` opens it.
const charts = new Map();

const PALETTES = {
  light: ["#b3231b", "#3f5f80", "#c0913a", "#3f7f6b", "#7d5a9c", "#8a929c", "#d6765c", "#6f93b8"],
  dark: ["#e8695f", "#9dbbd9", "#dcb468", "#7fc0a6", "#b99bd6", "#98a1ac", "#f0a48f", "#6f93b8"],
};

const loading = new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = document.body.dataset.echarts;
  script.onload = resolve;
  script.onerror = reject;
  document.head.append(script);
});

function house() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const [ink, quiet, line] = ["--tblr-body-color", "--tblr-secondary", "--tblr-border-color"].map(colour);
  const axis = {
    axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: quiet },
    nameTextStyle: { color: quiet }, splitLine: { lineStyle: { color: line } },
  };
  return {
    color: PALETTES[document.documentElement.dataset.bsTheme] ?? PALETTES.light,
    backgroundColor: "transparent",
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    title: { textStyle: { color: ink } },
    legend: { textStyle: { color: quiet }, pageTextStyle: { color: quiet }, pageIconColor: ink, pageIconInactiveColor: line, pageIconSize: 11, itemWidth: 12, itemHeight: 12, inactiveColor: line },
    categoryAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: axis, logAxis: axis,
    bar: { barMaxWidth: 36, itemStyle: { borderRadius: 2 }, label: { color: ink, textBorderWidth: 0 } },
    line: { symbolSize: 7, lineStyle: { width: 2.5 } },
    pie: { label: { color: ink, overflow: "none" }, labelLine: { lineStyle: { color: line } }, itemStyle: { borderColor: colour("--tblr-bg-surface"), borderWidth: 2 } },
    tooltip: { backgroundColor: colour("--tblr-bg-surface"), borderColor: line, borderWidth: 1, textStyle: { color: ink, fontSize: 13 }, axisPointer: { lineStyle: { color: line }, crossStyle: { color: line } } },
  };
}

// A narrow pie names its parts below itself: beside it there is no room.
function narrowed(option, element) {
  const series = [option.series ?? []].flat();
  if (element.clientWidth >= 420 || !series.some(({ type }) => type === "pie")) return option;
  return {
    ...option,
    legend: { type: "scroll", bottom: 0, ...option.legend },
    series: series.map((each) => (each.type === "pie" ? { ...each, center: ["50%", "44%"], label: { show: false }, labelLine: { show: false } } : each)),
  };
}

function draw(element) {
  charts.get(element)?.dispose();
  const option = narrowed(JSON.parse(document.getElementById(element.dataset.chart).textContent), element);
  const chart = window.echarts.init(element, house(), { renderer: "svg" });
  chart.setOption({
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 400,
    grid: { left: 4, right: 16, top: option.legend?.top === undefined ? 16 : 40, bottom: option.legend && option.legend.top === undefined ? 36 : 4, containLabel: true },
    ...option,
    tooltip: { renderMode: "richText", confine: true, ...option.tooltip },
  });
  const linked = (params) => params.data?.url;
  chart.on("click", (params) => { if (linked(params)) location.assign(params.data.url); });
  chart.on("mouseover", (params) => { chart.getZr().setCursorStyle(linked(params) ? "pointer" : "default"); });
  charts.set(element, chart);
}

export async function drawAll() {
  await loading;
  for (const [element, chart] of charts) if (!element.isConnected) { chart.dispose(); charts.delete(element); }
  for (const element of document.querySelectorAll("[data-chart]")) if (!charts.has(element)) draw(element);
}

const resize = () => { for (const chart of charts.values()) chart.resize(); };
addEventListener("resize", resize);
addEventListener("beforeprint", () => { for (const element of charts.keys()) draw(element); resize(); });
addEventListener("afterprint", () => { for (const element of charts.keys()) draw(element); resize(); });
document.addEventListener("shown.bs.tab", resize);
