// Charts over time: a hair with values read off the paths, windows.
"use strict";
const iso = (day) => new Date(Math.round(day) * 864e5).toISOString().slice(0, 10);
// By subpath: an absolute M, then relative l, h and v.
const corners = (path) => path.getAttribute("d").split("M").slice(1).map((part) => {
  const words = part.match(/[lhv]|-?[\d.]+/g);
  const points = [];
  let [x, y, way] = [0, 0];
  for (let i = 0; i < words.length;) {
    if (words[i] > "a") way = words[i++];
    if (way !== "v") x += +words[i++];
    if (way !== "h") y += +words[i++];
    points.push([x, y]);
  }
  return points;
});
// Of a line; where it jumps, the later one.
const height = (runs, x) => {
  const run = runs.find((it) => it[0][0] <= x && it.at(-1)[0] >= x);
  const n = run?.findLastIndex((point) => point[0] <= x);
  const [[a, from], [b, to]] = run ? [run[n], run[n + 1] ?? run[n]] : [[], []];
  return from + (to - from) * (x - a) / (b - a || 1);
};
const charts = [];
let view, held, picked;

const read = (el) => {
  const plot = one(".plot", el);
  const { scale, unit, places = 1, bare } = el.dataset;
  const [x0, x1, y0, y1] = ["x0", "x1", "y0", "y1"].map((name) => +el.dataset[name]);
  const { width, height: tall } = plot.viewBox.baseVal;
  const [log, exp] = scale === "log" ? [Math.log, Math.exp] : [Number, Number];
  const range = log(y1) - log(y0);
  const grows = unit === "multiple";
  const [factor, sign] = unit === "percent" ? [100, "\u202f%"] : [1, grows ? "x" : ""];
  const fig = el.closest("figure") ?? document;
  const box = make("div", { class: "readout", hidden: "", "aria-hidden": true });
  const hair = draw("line", { class: "hair js", y2: "100%" });
  // A whole unit, as corners are.
  const xOf = (day) => Math.round((day - x0) / (x1 - x0) * width);
  const yOf = (value) => (log(y1) - log(value)) / range * tall;
  const valueOf = (y) => exp(log(y1) - y / tall * range);
  const percent = (day) => (day - c.from) / (c.to - c.from) * 100;
  const text = (value, digits) => (value * factor).toFixed(digits).replace(/^-(?=[0.]+$)/, "").replace("-", "−") + sign;
  const tick = (name, words, at) => el.append(draw("text", { class: `${name} tick js`, ...at }, words));
  const state = (day) => {
    const x = xOf(day);
    const strip = one(".ribbon", el) ?? one(".ribbon", fig) ?? plot;
    const found = all(".state, .band", strip).find((path) => corners(path).some(([a, b]) => a[0] <= x && x < b[0]));
    return found && (named(found.classList[1]) ?? named(found.classList[1], document));
  };
  const lines = {};
  const named = (name, of = fig) => one(`ul.key .${name}`, of)?.parentNode.textContent;
  for (const part of all(".line, use", plot)) {
    const path = part.href ? one(`${part.href.baseVal} path`) : part;
    if (!path?.matches(".line")) continue;
    const label = path.dataset.label ?? named(role(path)) ?? one("title", el).textContent;
    lines[label] ??= { label, role: role(path), parts: [], runs: [], base: 1 };
    lines[label].parts.push(part);
    lines[label].runs.push(...corners(path));
  }
  const xs = new Set(Object.values(lines).flatMap((line) => line.runs.flat()).map(([x]) => x));
  const days = [...xs].sort((a, b) => a - b).map((x) => x0 + x / width * (x1 - x0));
  const c = {
    el, from: x0, to: x1, lines: Object.values(lines),
    get days() { return days.filter((day) => day >= c.from && day <= c.to); },
    nearest: (day) => c.days.reduce((best, it) => (Math.abs(it - day) < Math.abs(best - day) ? it : best)),
    value: (line, day) => valueOf(height(line.runs, xOf(day))) / line.base,
    // The hair at a day; what is there, in words.
    show(day, date) {
      const [at, edges, frame] = [percent(day), rect(el), rect(el.parentNode)];
      hair.remove();
      box.hidden = !(at >= 0 && at <= 100 && edges.bottom > 0 && edges.top < innerHeight);
      if (box.hidden) return "";
      const told = c.lines.flatMap((line) => {
        const value = c.value(line, day);
        if (isNaN(value)) return [];
        const marks = { class: "value", "data-label": line.label, "data-value": value.toPrecision(6) };
        return make("span", marks, make("i", { class: `swatch ${line.role}` }), `${line.label} `, make("b", {}, text(value, grows ? 2 : +places + 1)));
      });
      const where = date && state(day);
      box.replaceChildren(...told);
      if (date) box.prepend(make("time", {}, date));
      if (where) box.append(make("span", { class: "state" }, where));
      el.append(set(hair, { x1: `${at}%`, x2: `${at}%` }));
      el.parentNode.append(box);
      const [x, wide] = [edges.left - frame.left + edges.width * at / 100, box.offsetWidth + 8];
      box.style = `top:${edges.top - frame.top}px;left:${x + wide < frame.width ? x + 8 : Math.max(0, x - wide)}px`;
      return [...box.children].map((it) => it.textContent).join(", ");
    },
    select() {
      one(".brush", el)?.remove();
      if (!picked) return;
      const [from, to] = picked.map((day) => Math.max(0, Math.min(percent(day), 100))).sort((a, b) => a - b);
      el.append(draw("rect", { class: "brush js", x: `${from}%`, width: `${to - from}%`, height: "100%" }));
    },
    // Growth from 1 at the left edge of a window; a bare chart always has one.
    zoom() {
      all(".js", el).forEach((it) => it.remove());
      const part = view && view[0] < x1 && view[1] > x0;
      const isIn = !!part || bare === "";
      [c.from, c.to] = part ? [Math.max(x0, view[0]), Math.min(x1, view[1])] : [x0, x1];
      const [a, b] = [xOf(c.from), xOf(c.to)];
      const ys = c.lines.flatMap((line) => {
        const seen = [c.from, ...c.days, c.to].map((day) => height(line.runs, xOf(day))).filter((y) => !isNaN(y));
        line.base = isIn && grows && seen.length ? valueOf(seen[0]) : 1;
        const [top, bottom] = [0, tall].map((y) => yOf(valueOf(y) / line.base));
        for (const it of line.parts) set(it, { transform: isIn ? `matrix(1 0 0 ${(bottom - top) / tall} 0 ${top})` : null });
        return seen.map((y) => top + y * (bottom - top) / tall);
      });
      const [up, down] = isIn && ys.length ? [Math.min(...ys), Math.max(...ys)] : [0, tall];
      const room = isIn ? (down - up) * 0.06 || 1 : 0;
      const [top, size] = [up - room, down - up + 2 * room];
      el.classList.toggle("zoomed", isIn);
      set(plot, { viewBox: [a, top, b - a, size] });
      for (const ribbon of all(".ribbon", el)) set(ribbon, { viewBox: [a, 0, b - a, 4] });
      if (!isIn) return;
      const [lowest, highest] = [valueOf(top + size), valueOf(top)];
      const most = (highest - lowest) / (rect(el).height || 280) * 70;
      const power = 10 ** Math.floor(Math.log10(most));
      const step = power * ([5, 2].find((n) => n * power <= most) ?? 1);
      for (let n = Math.ceil(lowest / step); n * step <= highest; n += 1) {
        const y = `${(yOf(n * step) - top) / size * 100}%`;
        tick("y", text(n * step, Math.max(0, Math.ceil(-Math.log10(power * factor)))), { y, dx: -8, dy: ".35em", "text-anchor": "end" });
        el.prepend(draw("line", { class: "rule js", x2: "100%", y1: y, y2: y }));
      }
      if (bare !== "" && !one("text.x", el)) return;
      ["start", "middle", "end"].forEach((end, i) => (
        tick("x", iso(c.from + i / 2 * (c.to - c.from)), { x: `${i * 50}%`, y: "100%", dy: "1.7em", "text-anchor": end })
      ));
    },
  };
  return c;
};

const reading = make("p", { id: "reading", class: "heard", "aria-live": "polite" });
const reset = make("button", { class: "unzoom", hidden: "" });
const point = (chart, day, isAloud) => {
  held = day;
  const words = charts.map((it) => it.show(day, it === chart && iso(day)));
  if (isAloud) reading.textContent = words[charts.indexOf(chart)];
};
const hide = () => charts.forEach((it) => it.show());
const select = (days) => {
  picked = days;
  charts.forEach((it) => it.select());
};
const zoom = (days = []) => {
  const [from, to] = days.sort((a, b) => a - b);
  view = to - from > 1 && [from, to];
  picked = null;
  hide();
  charts.forEach((it) => it.zoom());
  reset.hidden = !view;
  reset.textContent = view && `${iso(from)} to ${iso(to)}: show all`;
  const query = asked();
  ["from", "to"].forEach((name, i) => (view ? query.set(name, iso(view[i])) : query.delete(name)));
  address(query);
};

const listen = (c) => {
  let start;
  const under = ({ clientX }) => c.nearest(c.from + (clientX - rect(c.el).left) / rect(c.el).width * (c.to - c.from));
  set(c.el, { tabindex: 0 }).classList.add("live");
  on(c.el, "pointerdown", (event) => {
    point(c, under(event));
    start = event.pointerType === "touch" || event.button ? NaN : event.clientX;
  });
  on(c.el, "pointermove", (event) => {
    const before = held;
    point(c, under(event));
    if (!picked && !(Math.abs(event.clientX - start) > 5)) return;
    c.el.setPointerCapture(event.pointerId);
    select([picked?.[0] ?? before, held]);
  });
  on(c.el, "pointerup", () => {
    start = NaN;
    if (picked) zoom(picked);
  });
  // A lifted finger leaves the hair.
  on(c.el, "blur pointerleave", ({ pointerType }) => pointerType === "touch" || hide());
  on(c.el, "dblclick", () => zoom());
  on(c.el, "focus", () => c.el.matches(":focus-visible") && point(c, c.nearest(held ?? c.to), true));
  on(c.el, "keyup", ({ key }) => picked && key === "Shift" && zoom(picked));
  on(c.el, "keydown", (event) => {
    const { days } = c;
    const now = c.nearest(held ?? c.to);
    const at = days.indexOf(now);
    const next = {
      ArrowLeft: days[at - 1] ?? now, ArrowRight: days[at + 1] ?? now, Home: days[0], End: days.at(-1),
      PageUp: c.nearest(now - 365), PageDown: c.nearest(now + 365),
    }[event.key];
    if (next) {
      select(event.shiftKey ? [picked?.[0] ?? now, next] : null);
      point(c, next, true);
    } else if (event.key !== "Escape") return;
    else if (picked) select(null);
    else zoom();
    event.preventDefault();
  });
};

const begin = () => {
  for (const el of all(".chart.time[data-y0]:not(.live)")) {
    const chart = read(el);
    charts.push(chart);
    listen(chart);
    if (el.dataset.bare === "") chart.zoom();
  }
  const days = ["from", "to"].map((name) => Date.parse(asked().get(name)) / 864e5);
  if (days[0] < days[1]) zoom(days);
};
on(reset, "click", () => zoom());
on(document, "charts", begin);
document.body.append(reading, reset);
begin();
