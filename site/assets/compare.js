// Experiments side by side: two to four of them, picked from lists and named in the address.
"use strict";
{
  const form = one(".pick");
  const table = one("#picked");
  const query = asked();
  for (const name of "bcd") {
    const copy = form.firstElementChild.cloneNode(true);
    one("select", copy).name = name;
    form.append(copy);
  }
  // A letter is a move; the largest one of either sign is not the end of it.
  const values = ({ low, step, first, moves }) => {
    const read = [low + first * step];
    let at = first;
    for (const letter of moves) {
      const code = letter.charCodeAt();
      const by = code - (code > 92 ? 80 : 79);
      at += by;
      if (Math.abs(by) < 44) read.push(low + at * step);
    }
    return read;
  };
  const days = ([first, ...gaps]) => {
    const read = [first];
    for (let i = 0; i < gaps.length; i += 2) for (let n = gaps[i + 1]; n--;) read.push(read.at(-1) + gaps[i]);
    return read;
  };
  // A chart as those of the reports are: its box is the plot, a unit of its width a day; charts.js
  // adds the axes.
  const chart = (id, title, places, curves) => {
    const x0 = Math.max(...curves.map(({ each }) => each.days[0]));
    const x1 = Math.min(...curves.map(({ each }) => days(each.days).at(-1)));
    const isGrowth = places === 0;
    const top = isGrowth ? 1 : Math.max(...curves.map(({ curve }) => curve.low + 1000 * curve.step));
    const plot = draw("svg", { class: "plot", viewBox: `0 0 ${x1 - x0} 1000`, preserveAspectRatio: "none", width: "100%", height: "100%" });
    for (const { label, role, each, curve } of curves) {
      const heights = values(curve);
      const points = days(each.days).map((day, i) => [day - x0, heights[i]]).filter(([x]) => x >= 0 && x <= x1 - x0);
      const at = points.map(([x, y]) => [x, Math.round(1000 - (y - (isGrowth ? 0 : points[0][1])) / top * 1000)]);
      const moves = at.slice(1).map(([x, y], i) => `l${x - at[i][0]} ${y - at[i][1]}`);
      plot.append(draw("path", { class: `line ${role}`, "data-label": label, d: `M${at[0].join(" ")}${moves.join("")}` }));
    }
    const svg = draw("svg", {
      class: "chart time wide l5 r1 t1 b2", role: "img", "aria-label": title, "data-bare": "", "data-x0": x0, "data-x1": x1, "data-places": places,
      ...isGrowth ? { "data-y0": 1, "data-y1": Math.E, "data-scale": "log", "data-unit": "multiple" } : { "data-y0": 0, "data-y1": top, "data-unit": "percent" },
    }, plot);
    const key = curves.map(({ label, role }) => make("li", {}, make("span", { class: `swatch ${role}` }), label));
    return make("figure", { id }, make("p", { class: "figure-title" }, title), make("ul", { class: "key" }, ...key), make("div", { class: "drawing" }, svg));
  };
  const show = async () => {
    const lists = all("select", form);
    const ids = [...new Set(lists.map((each) => each.value).filter(Boolean))];
    for (const { name, value } of lists) value ? query.set(name, value) : query.delete(name);
    address(query);
    const found = await Promise.all(ids.map((id) => window.dfaCompare?.[id] ?? new Promise((done) => {
      const script = make("script", { src: `../${id}/compare.js` });
      on(script, "load error", () => done(window.dfaCompare?.[id]));
      document.head.append(script);
    })));
    const picked = found.map((each, i) => ({ ...each, id: ids[i], role: `c${i}` })).filter((each) => each.title);
    const curves = (name, some = picked) => some.filter((each) => each[name])
      .map((each) => ({ label: each.title, role: each.role, each, curve: each[name] }));
    const held = curves("hold").slice(0, 1).map((each) => ({ ...each, label: "Buy and hold", role: "bench" }));
    const [growth, saved] = [[...curves("growth"), ...held], curves("saved")];
    one("#compare-told").textContent = picked.length > 1 ? "Curves begin on the first day that all of them forecast." : "Pick two to four experiments.";
    one("#compare-charts").replaceChildren(
      growth.length ? chart("figure-growth", "Growth from 1 after costs", 0, growth) : "",
      saved.length ? chart("figure-saved", "Squared error saved, share of the whole", 1, saved) : "",
    );
    const heads = picked.map(({ id, title, role }) => make("th", { scope: "col" }, make("i", { class: `swatch ${role}` }), make("a", { href: `../${id}/index.html` }, title)));
    const rows = (picked[0]?.figures ?? []).map(([name], row) => make("tr", {}, make("th", { scope: "row" }, name), ...picked.map(({ figures }) => (
      make("td", {}, figures[row][1], make("small", {}, figures[row][2]))
    ))));
    table.replaceChildren(table.caption, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Figure"), ...heads)), make("tbody", {}, ...rows));
    table.closest(".table").hidden = !picked.length;
    document.dispatchEvent(new Event("charts"));
  };
  for (const each of all("select", form)) each.value = query.get(each.name) ?? "";
  on(form, "change", show);
  one("#compare").hidden = false;
  show();
}
