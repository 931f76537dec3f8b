/* What the page does: sort and filter tables, and draw pictures from the data in it. */
"use strict";
(() => { // the drawing library names things of its own
const DATA = JSON.parse(document.getElementById("data").textContent);
const W = DATA.words;
const $ = (id) => document.getElementById(id);
const dark = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");
const isDark = () => dark.matches && !paper.matches;
const light = { "#000000": "#E6E6E6", "#4D4D4D": "#8A8A8A", "#332288": "#9C90E8", "#882255": "#D3699C",
  "#0072B2": "#4BA3DC", "#2F4F4F": "#7FA8A8", "#A0522D": "#D08A63", "#117733": "#4DB36F" };
const ink = (colour) => (isDark() && light[colour]) || colour;
const GOOD = () => ink("#0072B2"), BAD = () => (isDark() ? "#FF8A3D" : "#D55E00"), GREY = () => "#8C8C8C";
const text = () => (isDark() ? "#E6E6E6" : "#1C1C1C");
const num = (v, digits = 1) => (v === null || v === undefined) ? "–"
  : v.toLocaleString("en-US", { maximumFractionDigits: digits, minimumFractionDigits: digits }).replace("-", "−");

/* Pictures: texts that begin with @ in a specification are put in here. */
function put(spec, values) {
  let s = JSON.stringify(spec);
  for (const [key, value] of Object.entries(values)) {
    const put = JSON.stringify(value);
    s = s.replaceAll(Array.isArray(value) ? `["@${key}"]` : `"@${key}"`, put.replaceAll("$", "$$$$"));
  }
  return JSON.parse(s);
}
function config() {
  const c = text(), faint = isDark() ? "#3A3D42" : "#E3E3E0";
  const font = getComputedStyle(document.body).fontFamily;
  return { background: "transparent", font, view: { stroke: null },
    axis: { labelColor: c, titleColor: c, gridColor: faint, domainColor: GREY(), tickColor: GREY(), labelFontSize: 12,
      titleFontSize: 12, titleFontWeight: "normal" },
    legend: { labelColor: c, titleColor: c, labelFontSize: 12, labelLimit: 260 },
    text: { color: c }, rule: { color: c } };
}
const views = {};
async function draw(id, spec, sets, finish) {
  const box = $(id);
  box.style.minHeight = box.offsetHeight ? `${box.offsetHeight}px` : "";
  const s = { ...spec, $schema: DATA.schema, datasets: sets };
  finish(s, Math.max(box.clientWidth, 240));
  if (views[id]) views[id].finalize();
  views[id] = await vegaEmbed(box, s, { mode: "vega-lite", renderer: "svg", config: config(), tooltip: { theme: isDark() ? "dark" : "light" },
    i18n: { SVG_ACTION: `${W.save} ${W.svg}`, PNG_ACTION: `${W.save} ${W.png}`, CLICK_TO_VIEW_ACTIONS: W.save },
    actions: { export: true, source: false, compiled: false, editor: false } });
  const svg = box.querySelector("svg.marks");
  if (svg && spec.description) { svg.setAttribute("role", "img"); svg.setAttribute("aria-label", spec.description); }
  box.style.minHeight = "";
}
const options = (select, list, chosen) => {
  for (const [value, label] of list) select.add(new Option(label, value, value === chosen, value === chosen));
};

/* Policies in the plane. Names lie where they cover no other point; what lies together shares one name. */
function plane() {
  const c = DATA.plane, xf = $("plane-x").value, yf = $("plane-y").value;
  const rows = c.points.map((p) => ({ ...p, x: p[xf], y: p[yf], s: p.system, colour: ink(p.colour) }));
  const values = (keys) => rows.flatMap((r) => keys.map((k) => r[k])).concat(0);
  const span = (v) => (Math.max(...v) - Math.min(...v)) || 1;
  const [wide, high] = [span(values(["x"])), span(values(["y", "s"]))], least = Math.min(...values(["y", "s"]));
  const middle = Math.min(...values(["x"])) + 0.6 * wide, labels = [];
  for (const r of rows) {
    const near = labels.find((l) => Math.abs(l.x - r.x) < 0.12 * wide && Math.abs(l.y - r.y) < 0.045 * high);
    if (near) {
      near.text += `, ${r.policy}`;
      near.colour = text();
      near.x = near.side === "left" ? Math.max(near.x, r.x) : Math.min(near.x, r.x);
    }
    else labels.push({ x: r.x, y: r.y, text: r.policy, colour: r.colour, side: r.x > middle ? "right" : "left" });
  }
  const spec = put(c.spec, { x: W[xf], y: W.avoided_pct });
  return draw("plane-picture", spec, { points: rows, labels, zero: [{ v: 0 }],
    shade: [{ from: 0, to: least < -0.005 ? least - 0.08 * high : 0 }] },
    (s, w) => { s.width = w; s.height = Math.min(440, Math.max(300, 0.6 * w)); s.autosize = { type: "fit", contains: "padding" }; });
}

/* Moved work. */
const carbon = (r) => ($("moved-ledger").value === "official" ? r.official : r.t);
const shade = (t) => (t === null ? GREY() : t < 0 ? BAD() : GOOD());
function told(r) {
  const t = carbon(r);
  return [`${named(r.from, "regions")} → ${named(r.to, "sites")}`, `${num(r.gwh)} GWh`,
    t === null ? W.none : `${num(t / 1e3, 2)} kt (${num(t / r.gwh, 0)} t/GWh)`, `+${num(r.rtt)} ms`].join("; ");
}
const named = (code, kind) => (DATA.places ? (DATA.places[kind].find((p) => p.code === code) || {}).name : null) || code;
function map() {
  const p = DATA.places, chosen = DATA.routes[$("moved-policy").value] || [];
  if (!p) return null;
  const place = {}, flows = [], heads = [];
  for (const r of p.regions) place[`r:${r.code}`] = r;
  for (const s of p.sites) place[`s:${s.code}`] = s;
  const most = Math.max(...chosen.map((r) => r.gwh), 1e-9), strongest = Math.max(...p.lines.map((l) => l.mw), 1e-9);
  const diagonal = Math.hypot(p.frame[0][1] - p.frame[0][0], p.frame[1][1] - p.frame[1][0]);
  chosen.forEach((r, n) => {
    const a = place[`r:${r.from}`], b = place[`s:${r.to}`];
    if (!a || !b) return;
    const [dx, dy] = [b.x - a.x, b.y - a.y], mid = [(a.x + b.x) / 2 - 0.16 * dy, (a.y + b.y) / 2 + 0.16 * dx];
    const w = 0.8 + 7 * (r.gwh / most), about = { route: n, colour: shade(carbon(r)), tip: told(r) };
    for (let k = 0; k <= 12; k++) {
      const u = k / 12, [i, j, l] = [(1 - u) ** 2, 2 * u * (1 - u), u * u];
      flows.push({ ...about, k, w, x: i * a.x + j * mid[0] + l * b.x, y: i * a.y + j * mid[1] + l * b.y });
    }
    if (Math.hypot(dx, dy) < 0.005 * diagonal) return;
    const [ex, ey] = [b.x - mid[0], b.y - mid[1]], back = (0.008 + 0.0016 * w) * diagonal / Math.hypot(ex, ey);
    heads.push({ ...about, x: b.x - ex * back, y: b.y - ey * back, s: 45 + 4.2 * w * w, angle: Math.atan2(ex, ey) * 180 / Math.PI });
  });
  const few = p.regions.length <= 8;
  return draw("map-picture", DATA.map, { flows, heads,
    lines: p.lines.map((l) => ({ ...l, w: 0.5 + 3 * (l.mw / strongest), colour: GREY(), tip: `${l.name}; ${num(l.mw, 0)} MW` })),
    regions: p.regions.map((r) => ({ ...r, colour: text(), paper: isDark() ? "#17191C" : "#FFFFFF", text: few ? r.name : r.code, tip: `${r.name} (${r.code})` })),
    clusters: p.sites.filter((s) => s.cluster).map((s) => ({ ...s, fill: isDark() ? "#17191C" : "#FFFFFF", colour: text(),
      tip: `${s.name}; ${num(s.mw, 0)} MW` })) },
    (s, w) => { s.width = Math.min(w - 4, 860); s.height = s.width * p.ratio; });
}
function routes() {
  const policy = $("moved-policy").value, all = DATA.routes[policy] || [], [n, share] = DATA.route_counts[policy] || [0, 100];
  const top = all.filter((r) => carbon(r) !== null).slice(0, 20).sort((a, b) => carbon(b) - carbon(a));
  const bars = top.map((r, i) => ({ n: i, route: `${named(r.from, "regions")} → ${named(r.to, "sites")}`, kt: carbon(r) / 1e3,
    colour: shade(carbon(r)), tip: told(r) }));
  $("moved-count").textContent = all.length === n ? W.every_route.replace("{n}", n) : W.shown_routes.replace("{shown}", all.length).replace("{n}", n).replace("{pct}", num(share));
  return draw("routes-picture", DATA.bars, { bars, zero: [{ v: 0 }] },
    (s, w) => { s.width = w; s.height = 19 * bars.length + 40; s.autosize = { type: "fit", contains: "padding" };
      if (w < 520) s.layer[0].encoding.y.axis.labelLimit = 130; });
}

/* A week: bands stacked here, hour by hour. */
function week() {
  const d = DATA.week, region = $("week-region").value, n = Number($("week-week").value), policy = $("week-policy").value;
  const of = (p) => d.series[`${p}|${region}|${n}`];
  const at = (p, name, h) => { const i = of(p)[name]; return i === undefined ? 0 : d.pool[i][h]; };
  const hours = Math.max(...Object.values(of(policy)).map((i) => d.pool[i].length), 1);
  const time = (h) => d.weeks[n].start_ms + 3600000 * h;
  const up = [...d.sources.map((s) => [s.name, s.colour, (h) => at(policy, s.name, h)]),
    [W.discharge, d.flows.discharge, (h) => at(policy, "discharge", h)],
    [W.import, d.flows.import, (h) => Math.max(at(policy, "import", h), 0)],
    [W.shed, d.flows.shed, (h) => at(policy, "shed", h)],
    [W.curtailed, isDark() ? "#2F4A5C" : "#CFE6F5", (h) => at(policy, "curtailed", h)]];
  const down = [[W.charge, d.flows.charge, (h) => at(policy, "charge", h)],
    [W.export, d.flows.export, (h) => Math.max(-at(policy, "import", h), 0)]];
  const every = [...Array(hours).keys()], there = ([, , f]) => every.some((h) => f(h) > 0);
  const shown = up.filter(there), below = down.filter(there);
  const top = Math.max(...every.map((h) => shown.reduce((sum, [, , f]) => sum + f(h), 0)), 0);
  const [unit, scale] = top >= 5000 ? ["GW", 1000] : ["MW", 1];
  const bands = [], lines = [], tips = [], strip = [];
  for (let h = 0; h <= hours; h++) {
    const i = Math.min(h, hours - 1), t = time(h), row = { "": new Date(t).toUTCString().slice(0, 22) };
    let high = 0, low = 0;
    for (const [source, , f] of shown) { bands.push({ t, source, low: high / scale, high: (high + f(i)) / scale }); high += f(i); }
    for (const [source, , f] of below) { bands.push({ t, source, low: (low - f(i)) / scale, high: low / scale }); low -= f(i); }
    const demand = at(policy, "demand", i), load = demand + at(policy, "compute", i);
    lines.push({ t, source: W.demand, v: demand / scale }, { t, source: W.load, v: load / scale });
    for (const [source, , f] of [...shown].reverse().concat(below)) row[`${source} [${unit}]`] = num(f(i) / scale, 2);
    row[`${W.demand} [${unit}]`] = num(demand / scale, 2); row[`${W.load} [${unit}]`] = num(load / scale, 2);
    tips.push({ ...row, t, t2: time(h + 1) });
  }
  if (tips.length > hours) tips.pop();
  const most = Math.max(...every.flatMap((h) => [at(policy, "compute", h), at(d.baseline, "compute", h)]), 0);
  const [unit2, scale2] = most >= 5000 ? ["GW", 1000] : ["MW", 1];
  const pair = [...new Set([d.baseline, policy])];
  for (const p of pair) for (let h = 0; h <= hours; h++) {
    strip.push({ t: time(h), policy: p, v: at(p, "compute", Math.min(h, hours - 1)) / scale2 });
  }
  const keys = [...shown, ...below].map(([name, colour]) => [name, ink(colour)]).concat([[W.demand, text()], [W.load, "#E0007A"]]);
  const spec = put(DATA.week_spec, { power: W.power.replace("{unit}", unit), compute: W.compute.replace("{unit}", unit2),
    sources: keys.map((k) => k[0]), colours: keys.map((k) => k[1]), policies: pair, inks: [GREY(), "#E0007A"].slice(-pair.length) });
  return draw("week-picture", spec, { bands, lines, tips, strip, zero: [{ v: 0 }] }, (s, w) => {
    for (const view of s.vconcat) view.width = w - 92;
    s.vconcat[0].height = w < 520 ? 260 : 340;
    s.vconcat[0].layer[0].encoding.color.legend.columns = Math.max(2, Math.floor(w / 190));
    s.vconcat[0].layer[2].encoding.color.legend.columns = Math.max(2, Math.floor(w / 190));
  });
}

/* Tables. */
function sort(button) {
  const head = button.closest("th"), body = head.closest("table").tBodies[0], at = [...head.parentNode.children].indexOf(head);
  const value = (row) => { const c = row.children[at]; return c.dataset.v === undefined ? c.textContent : c.dataset.v === "" ? null : Number(c.dataset.v); };
  const order = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
  const rows = [...body.rows].sort((a, b) => {
    const [p, q] = [value(a), value(b)];
    if (p === null || q === null) return (p === null) - (q === null);
    return order * (typeof p === "number" ? p - q : p.localeCompare(q));
  });
  for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order === 1 ? "ascending" : "descending");
  body.append(...rows);
}
function group(name) {
  for (const cell of document.querySelectorAll("#policy-table [data-groups]")) {
    cell.hidden = name !== "all" && !cell.dataset.groups.split(" ").includes(name);
  }
}
function filter() {
  const mark = $("mark").value, words = $("search").value.toLowerCase(), rows = [...$("figures-table").tBodies[0].rows];
  for (const row of rows) row.hidden = (mark && row.dataset.mark !== mark) || (words && !row.textContent.toLowerCase().includes(words));
  $("figures-count").textContent = W.shown_of.replace("{shown}", rows.filter((r) => !r.hidden).length).replace("{n}", rows.length);
}

function start() {
  document.documentElement.classList.add("script");
  for (const b of document.querySelectorAll("th button")) b.addEventListener("click", () => sort(b));
  for (const r of document.querySelectorAll("[name=group]")) r.addEventListener("change", () => group(r.value));
  if ($("policy-table")) group("overview");
  if ($("mark")) { $("mark").addEventListener("input", filter); $("search").addEventListener("input", filter); filter(); }
  const all = [];
  const picture = (f, ids) => { all.push(f); for (const id of ids) $(id).addEventListener("change", f); };
  if ($("plane-picture")) {
    options($("plane-x"), DATA.plane.across.map((k) => [k, W[k]]), DATA.plane.across[0]);
    options($("plane-y"), DATA.plane.ledgers.map((k) => [k, W[k]]), DATA.plane.ledgers[0]);
    picture(plane, ["plane-x", "plane-y"]);
  }
  if ($("routes-picture")) {
    options($("moved-policy"), Object.keys(DATA.routes).map((p) => [p, p]), DATA.routes_policy);
    options($("moved-ledger"), [["location", W.hourly_ledger], ["official", W.annual_ledger]], "location");
    if ($("map-picture")) picture(map, ["moved-policy", "moved-ledger"]);
    picture(routes, ["moved-policy", "moved-ledger"]);
  }
  if ($("week-picture")) {
    const d = DATA.week;
    options($("week-region"), d.regions.map((r) => [r.code, r.name]), d.region);
    options($("week-week"), d.weeks.map((w, n) => [String(n), w.name]), "0");
    options($("week-policy"), d.policies.map((p) => [p, p]), d.policy);
    picture(week, ["week-region", "week-week", "week-policy"]);
  }
  const redraw = async () => { for (const f of all) await f(); document.documentElement.dataset.drawn = "yes"; };
  let wide = innerWidth, timer = 0;
  addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(() => { if (innerWidth !== wide) { wide = innerWidth; redraw(); } }, 150); });
  dark.addEventListener("change", redraw);
  addEventListener("beforeprint", () => { for (const d of document.querySelectorAll("details")) d.open = true; });
  redraw();
}
start();
})();
