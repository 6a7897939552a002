// Charts over time: a hair through all of them with the values there, windows, highlights. Values
// are read off the paths.
"use strict";
const iso = (day) => new Date(Math.round(day) * 864e5).toISOString().slice(0, 10);
// The corners of a path by subpath: an absolute M, then relative l, h and v.
const corners = (path) => path.getAttribute("d").split("M").slice(1).map((part) => {
  let [x, y] = [0, 0];
  return [...`l${part}`.matchAll(/([lhv])([^lhvz]+)/g)].flatMap(([, way, text]) => {
    const numbers = text.match(/-?[\d.]+/g).map(Number);
    const points = [];
    while (numbers.length) {
      if (way !== "v") x += numbers.shift();
      if (way !== "h") y += numbers.shift();
      points.push([x, y]);
    }
    return points;
  });
});
// The height of a line: the later one where it jumps, none where it is interrupted.
const height = (runs, x) => {
  const run = runs.find((each) => each[0][0] <= x && each.at(-1)[0] >= x);
  const n = run?.findLastIndex((point) => point[0] <= x);
  const [[a, from], [b, to]] = run ? [run[n], run[n + 1] ?? run[n]] : [[], []];
  return from + (to - from) * (x - a) / (b - a || 1);
};
const role = (el) => [...el.classList].find((name) => !/^(line|dashed|light|swatch|end)$/.test(name));
const charts = [];
let view, held, picked;

const read = (el) => {
  const plot = one(".plot", el);
  const { scale, unit, places = 1, bare } = el.dataset;
  const [x0, x1, y0, y1] = ["x0", "x1", "y0", "y1"].map((name) => +el.dataset[name]);
  const { width, height: tall } = plot.viewBox.baseVal;
  const [log, exp] = scale === "log" ? [Math.log, Math.exp] : [Number, Number];
  const range = log(y1) - log(y0);
  const isGrowth = unit === "multiple";
  const [factor, sign] = unit === "percent" ? [100, "\u202f%"] : [1, isGrowth ? "x" : ""];
  const figure = el.closest("figure") ?? el.parentNode;
  const box = make("div", { class: "readout", hidden: "", "aria-hidden": true });
  const hair = draw("line", { class: "hair js", y2: "100%" });
  const xOf = (day) => (day - x0) / (x1 - x0) * width;
  const yOf = (value) => (log(y1) - log(value)) / range * tall;
  const valueOf = (y) => exp(log(y1) - y / tall * range);
  const percent = (day) => (day - c.from) / (c.to - c.from) * 100;
  const text = (value, digits) => (value * factor).toFixed(digits).replace(/^-(?=[0.]+$)/, "").replace("-", "−") + sign;
  const tick = (name, words, at) => {
    const made = draw("text", { class: `${name} tick js`, ...at });
    made.append(words);
    el.append(made);
  };
  // Whose piece of the ribbon or band it is; the key has its name.
  const state = (day) => {
    const x = xOf(day);
    const strip = one(".ribbon", el) ?? one(".ribbon", figure) ?? plot;
    const found = every(".state, .band", strip).find((path) => corners(path).some(([a, b]) => a[0] <= x && x < b[0]));
    const swatch = `.key .${found?.classList[1]}`;
    return (one(swatch, figure) ?? one(swatch))?.parentNode.textContent.trim();
  };
  const lines = {};
  for (const part of every(".line, use", plot)) {
    // A line that two charts share is drawn once.
    const path = part.href ? one(`${part.href.baseVal} path`) : part;
    const { label } = path?.dataset ?? {};
    if (!label) continue;
    const line = (lines[label] ??= { label, role: role(path), parts: [], runs: [], base: 1 });
    line.parts.push(part);
    line.runs.push(...corners(path));
  }
  const xs = new Set(Object.values(lines).flatMap((line) => line.runs.flat()).map(([x]) => x));
  const days = [...xs].sort((a, b) => a - b).map((x) => x0 + x / width * (x1 - x0));
  const c = {
    el, figure, from: x0, to: x1, lines: Object.values(lines),
    get days() { return days.filter((day) => day >= c.from && day <= c.to); },
    nearest: (day) => c.days.reduce((best, each) => (Math.abs(each - day) < Math.abs(best - day) ? each : best)),
    value: (line, day) => valueOf(height(line.runs, xOf(day))) / line.base,
    // The hair at a day, what the lines are there, and all that in words.
    show(day, date) {
      const [at, edges, frame] = [percent(day), rect(el), rect(el.parentNode)];
      hair.remove();
      box.hidden = !(at >= 0 && at <= 100 && edges.bottom > 0 && edges.top < innerHeight);
      if (box.hidden) return "";
      const told = c.lines.map((line) => [line, c.value(line, day)]).filter(([, value]) => !isNaN(value))
        .map(([{ label, role }, value]) => make(
          "span", { class: "value", "data-label": label, "data-value": value.toPrecision(6) },
          make("i", { class: `swatch ${role}` }), `${label} `, make("b", {}, text(value, isGrowth ? 2 : +places + 1)),
        ));
      const where = state(day);
      if (where) told.push(make("span", { class: "state" }, where));
      if (date) told.unshift(make("time", {}, date));
      box.replaceChildren(...told);
      el.append(set(hair, { x1: `${at}%`, x2: `${at}%` }));
      el.parentNode.append(box);
      const [x, wide] = [edges.left - frame.left + edges.width * at / 100, box.offsetWidth + 8];
      box.style.left = `${x + wide < frame.width ? x + 8 : Math.max(0, x - wide)}px`;
      box.style.top = `${edges.top - frame.top}px`;
      return told.map((each) => each.textContent).join(", ");
    },
    select() {
      one(".brush", el)?.remove();
      if (!picked) return;
      const [from, to] = picked.map((day) => Math.max(0, Math.min(percent(day), 100))).sort((a, b) => a - b);
      el.append(draw("rect", { class: "brush js", x: `${from}%`, width: `${to - from}%`, height: "100%" }));
    },
    // The window, growth from 1 at its left edge, the values in it as high as the chart. A bare chart
    // has no axes of its own.
    zoom() {
      every(".js", el).forEach((each) => each.remove());
      const part = view && view[0] < x1 && view[1] > x0;
      const isIn = part || bare === "";
      [c.from, c.to] = part ? [Math.max(x0, view[0]), Math.min(x1, view[1])] : [x0, x1];
      const [a, b] = [xOf(c.from), xOf(c.to)];
      const ys = c.lines.flatMap((line) => {
        const inside = line.runs.flat().filter(([x]) => x > a && x < b).map(([, y]) => y);
        const seen = [height(line.runs, a), ...inside, height(line.runs, b)].filter((y) => !isNaN(y));
        line.base = isIn && isGrowth && seen.length ? valueOf(seen[0]) : 1;
        const [top, bottom] = [0, tall].map((y) => yOf(valueOf(y) / line.base));
        for (const each of line.parts) set(each, { transform: isIn ? `matrix(1 0 0 ${(bottom - top) / tall} 0 ${top})` : null });
        return seen.map((y) => top + y * (bottom - top) / tall);
      });
      const [least, most] = isIn && ys.length ? [Math.min(...ys), Math.max(...ys)] : [0, tall];
      const room = isIn ? (most - least) * 0.06 || 1 : 0;
      const [top, size] = [least - room, most - least + 2 * room];
      el.classList.toggle("zoomed", isIn);
      set(plot, { viewBox: [a, top, b - a, size] });
      for (const ribbon of every(".ribbon", el)) set(ribbon, { viewBox: [a, 0, b - a, 4] });
      if (!isIn) return;
      const [lowest, highest] = [valueOf(top + size), valueOf(top)];
      const power = 10 ** Math.floor(Math.log10((highest - lowest) / 3));
      const step = power * [5, 2, 1].find((n) => n * power * 3 <= highest - lowest);
      for (let n = Math.ceil(lowest / step); n * step <= highest; n += 1) {
        const y = `${(yOf(n * step) - top) / size * 100}%`;
        tick("y", text(n * step, Math.max(0, Math.ceil(-Math.log10(power * factor)))), { y, dx: -8, dy: ".35em", "text-anchor": "end" });
        el.prepend(draw("line", { class: "rule js", x2: "100%", y1: y, y2: y }));
      }
      if (!bare && !one("text.x", el)) return;
      for (const [x, end] of [["0%", "start"], ["50%", "middle"], ["100%", "end"]]) {
        tick("x", iso(c.from + parseInt(x) / 100 * (c.to - c.from)), { x, y: "100%", dy: "1.7em", "text-anchor": end });
      }
    },
  };
  return c;
};

const reading = make("p", { id: "reading", class: "heard", "aria-live": "polite" });
const reset = make("button", { type: "button", class: "unzoom", hidden: "" });
const point = (chart, day, isAloud) => {
  held = day;
  const words = charts.map((each) => each.show(day, each === chart && iso(day)));
  if (isAloud) reading.textContent = words[charts.indexOf(chart)];
};
const hide = () => charts.forEach((each) => each.show(NaN));
const select = (days) => {
  picked = days;
  charts.forEach((each) => each.select());
};
const zoom = (days = []) => {
  const [from, to] = [...days].sort((a, b) => a - b);
  view = to - from > 1 && [from, to];
  picked = null;
  hide();
  charts.forEach((each) => each.zoom());
  reset.hidden = !view;
  reset.textContent = view && `${iso(from)} to ${iso(to)}: show all`;
  const query = new URLSearchParams(location.search);
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
  // A finger that is lifted leaves the hair where it is.
  on(c.el, "pointerleave", (event) => event.pointerType === "touch" || hide());
  on(c.el, "dblclick", () => zoom());
  on(c.el, "focus", () => c.el.matches(":focus-visible") && point(c, c.nearest(held ?? c.to), true));
  on(c.el, "blur", hide);
  on(c.el, "keyup", ({ key }) => key === "Shift" && picked && zoom(picked));
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

// An entry of a key, or the label at a line's end, dims what is of another colour.
on(document, "pointerover focusin", ({ target }) => {
  const found = target.closest(".chart .end") ?? target.closest(".key li")?.firstElementChild;
  const name = found && role(found);
  for (const each of every(".chart .line, .chart .end")) each.classList.toggle("dim", !!name && name !== "band" && !each.matches(`.${name}`));
});

const begin = () => {
  for (const el of every("svg.chart.time[data-y0]:not(.live)")) {
    const chart = read(el);
    charts.push(chart);
    listen(chart);
    if (el.dataset.bare === "") chart.zoom();
  }
  const query = new URLSearchParams(location.search);
  const days = ["from", "to"].map((name) => Date.parse(query.get(name)) / 864e5);
  if (days[0] < days[1]) zoom(days);
};
on(reset, "click", () => zoom());
on(document, "charts", begin);
document.body.append(reading, reset);
begin();
