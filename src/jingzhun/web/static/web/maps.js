// Draws every [data-map]: areas and dots coloured by value on a plain ground, no tiles. See templates/web/map.html.
const maps = new Map();

const loading = new Promise((resolve, reject) => {
  const style = document.createElement("link");
  Object.assign(style, { rel: "stylesheet", href: document.body.dataset.leafletCss });
  const script = document.createElement("script");
  Object.assign(script, { src: document.body.dataset.leaflet, onload: resolve, onerror: reject });
  document.head.prepend(style);
  document.head.append(script);
});

const STEPS = 5;
const cssVariable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function formatter(data) {
  const language = document.documentElement.lang;
  const percent = { style: "percent", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, data.format === "percent" ? percent : { maximumFractionDigits: 2 });
}

function boundsOf(data, values) {
  if (data.breaks) return data.breaks;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: STEPS - 1 }, (_, step) => low + ((high - low) * (step + 1)) / STEPS);
}

function scaleOf(data) {
  const items = [...(data.points ?? []), ...(data.shapes?.features ?? []).map((shape) => shape.properties)];
  const values = items.map((item) => item.value).filter((value) => typeof value === "number");
  const bounds = values.length ? boundsOf(data, values) : [];
  const colours = Array.from({ length: STEPS }, (_, step) => cssVariable(`--scale-${step + 1}`));
  const stepOf = (value) => bounds.filter((bound) => value >= bound).length;
  const colour = (value) => (typeof value === "number" ? colours[stepOf(value)] : cssVariable("--tblr-border-color"));
  return { bounds, colours, colour, unknown: values.length < items.length };
}

function legend(element, data, scale) {
  const list = document.querySelector(`[data-legend="${element.dataset.map}"]`);
  if (!list) return;
  const say = formatter(data).format;
  const { bounds } = scale;
  const entries = bounds.length
    ? scale.colours.map((colour, step) => {
      const [from, to] = [bounds[step - 1], bounds[step]];
      if (from === undefined) return [colour, `< ${say(to)}`];
      return [colour, to === undefined ? `≥ ${say(from)}` : `${say(from)} – ${say(to)}`];
    })
    : [];
  if (scale.unknown) entries.push([cssVariable("--tblr-border-color"), element.dataset.noValue]);
  list.replaceChildren(...entries.map(([colour, text]) => {
    const entry = document.createElement("li");
    const swatch = document.createElement("i");
    swatch.style.background = colour;
    entry.append(swatch, text);
    return entry;
  }));
}

function dress(layer, item, data) {
  const text = document.createElement("span");
  text.textContent = item.text ?? [item.name, item.value == null ? "" : formatter(data).format(item.value)].join("\n");
  layer.bindTooltip(text, data.names ? { permanent: true, direction: "center", className: "map-name" } : { sticky: true });
  if (data.names) text.textContent = item.name;
  if (item.url) layer.on("click", () => location.assign(item.url));
  layer.on("add", () => {
    const path = layer.getElement?.();
    if (!path || !item.url) return;
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "link");
    path.setAttribute("aria-label", item.text ?? item.name);
    path.addEventListener("keydown", (event) => { if (event.key === "Enter") location.assign(item.url); });
  });
  layer.on("mouseover", () => layer.setStyle({ weight: 2.5 }));
  layer.on("mouseout", () => layer.setStyle({ weight: 1 }));
}

function draw(element) {
  maps.get(element)?.remove();
  const data = JSON.parse(document.getElementById(element.dataset.map).textContent);
  const scale = scaleOf(data);
  const edge = cssVariable("--tblr-bg-surface");
  const map = window.L.map(element, { attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25, minZoom: 3 });
  const all = window.L.featureGroup();
  if (data.shapes) {
    window.L.geoJSON(data.shapes, {
      style: (shape) => ({ fillColor: scale.colour(shape.properties.value), fillOpacity: 0.9, color: edge, weight: 1 }),
      onEachFeature: (shape, layer) => dress(layer, shape.properties, data),
    }).addTo(all);
  }
  for (const point of data.points ?? []) {
    const look = { radius: point.size ?? 7, fillColor: scale.colour(point.value), fillOpacity: 0.92, color: edge, weight: 1 };
    const dot = window.L.circleMarker([point.lat, point.lng], look);
    dress(dot, point, data);
    dot.addTo(all);
  }
  all.addTo(map);
  const bounds = all.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 13 });
  else map.setView([35, 105], 4);
  legend(element, data, scale);
  maps.set(element, map);
}

export async function drawAll() {
  await loading;
  for (const [element, map] of maps) if (!element.isConnected) { map.remove(); maps.delete(element); }
  for (const element of document.querySelectorAll("[data-map]")) if (!maps.has(element)) draw(element);
}
// On paper the colours are those of the light theme.
for (const moment of ["beforeprint", "afterprint"]) {
  addEventListener(moment, () => {
    if (document.documentElement.dataset.screenTheme === "dark") for (const element of maps.keys()) draw(element);
  });
}
document.addEventListener("shown.bs.tab", () => { for (const map of maps.values()) map.invalidateSize(); });
