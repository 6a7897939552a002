// Tools of figures: highlights, a link, copies as PNG, SVG and CSV.
"use strict";
// An entry of a key, or the label at a line's end, dims what is of another colour.
on(document, "pointerover focusin", ({ target }) => {
  const found = target.closest(".chart .end") ?? one(":not(.band)", target.closest(".key li") ?? make("i"));
  const name = found && role(found);
  for (const each of all(".chart .line, .chart .end")) each.classList.toggle("dim", !!name && !each.matches(`.${name}`));
});

const styles = ("fill fill-opacity stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin opacity"
  + " font-family font-size font-weight font-style font-variant-numeric text-anchor paint-order shape-rendering"
  + " vector-effect").split(" ");
// A drawing with its style written out, as it stands alone.
const inked = (from, parent) => {
  const style = getComputedStyle(from);
  if (style.display === "none" || style.visibility === "hidden" || from.matches(".hair")) return "";
  const shared = from.tagName === "use" && one(from.getAttribute("href"));
  if (shared) return inked(shared, parent);
  const to = set(from.cloneNode(), { class: null, id: null });
  for (const name of styles) if (style[name] !== parent?.[name]) to.setAttribute(name, style[name]);
  to.append(...[...from.childNodes].map((child) => (child.nodeType === 1 ? inked(child, style) : child.cloneNode())));
  return to;
};
// A figure as one drawing: its charts, its swatches, and its words line by line.
const picture = (figure) => {
  const edges = rect(figure);
  const place = ({ left, top, width, height }) => ({ x: left - edges.left + 16, y: top - edges.top + 16, width, height });
  const add = (tag, values) => {
    const made = draw(tag, values);
    out?.append(made);
    return made;
  };
  let out;
  out = add("svg", { width: Math.ceil(edges.width) + 32, height: Math.ceil(edges.height) + 32 });
  add("rect", { width: "100%", height: "100%", fill: getComputedStyle(root).backgroundColor });
  for (const swatch of all(".swatch:not(.readout *)", figure)) {
    add("rect", { ...place(rect(swatch)), fill: getComputedStyle(swatch).backgroundColor });
  }
  const walk = document.createTreeWalker(figure, 4, ({ parentNode }) => (parentNode.closest("svg, .tools, .readout, .file") ? 2 : 1));
  const range = new Range();
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const { color, fontFamily, fontSize, fontWeight } = getComputedStyle(node.parentNode);
    let [line, last] = [];
    for (const { 0: word, index } of node.data.matchAll(/\S+\s*/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.trimEnd().length);
      const { x, y, height } = place(range.getBoundingClientRect());
      if (y !== last && height) {
        line = add("text", { x, y: y + height * 0.78, fill: color, "font-family": fontFamily, "font-size": fontSize, "font-weight": fontWeight });
      }
      last = y;
      if (height) line.textContent += word;
    }
  }
  for (const chart of all("svg", figure).filter((each) => !each.parentNode.closest("svg"))) {
    const copy = inked(chart);
    if (copy) out.append(set(copy, { ...place(rect(chart)), overflow: "visible" }));
  }
  return out;
};
const csv = (figure) => {
  const inside = charts.filter((each) => figure.contains(each.el));
  const days = [...new Set(inside.flatMap((c) => c.days))].sort((a, b) => a - b);
  const columns = inside.flatMap((c) => c.lines.map((line) => [c, line]));
  const names = columns.map(([c, { label }]) => `"${inside.length > 1 ? `${one("title", c.el).textContent}: ` : ""}${label}"`);
  const number = (value) => (isNaN(value) ? "" : value.toPrecision(6));
  const rows = days.map((day) => [iso(day), ...columns.map(([c, line]) => number(c.value(line, day)))]);
  return [["date", ...names], ...rows].join("\n");
};
const text = (words) => new Blob([words], { type: "text/plain" });
const copies = {
  PNG: async (figure) => {
    const drawing = picture(figure);
    const [width, height] = ["width", "height"].map((name) => drawing.getAttribute(name) * 2);
    const image = make("img", { src: `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}` });
    await image.decode();
    const canvas = make("canvas", { width, height });
    canvas.getContext("2d").drawImage(image, 0, 0, width, height);
    return new Promise((done) => canvas.toBlob(done));
  },
  SVG: async (figure) => text(new XMLSerializer().serializeToString(picture(figure))),
  CSV: async (figure) => text(csv(figure)),
};
// One stop of the tab key a colour key; arrows go on from there.
const roam = (list) => {
  const items = [...list.children].filter((item) => one(":not(.band)", item));
  if (items[0]) set(items[0], { tabindex: 0 });
  on(list, "keydown", ({ key, target }) => {
    const next = items[items.indexOf(target) + { ArrowRight: 1, ArrowLeft: -1 }[key]];
    if (next) set(next, { tabindex: -1 }).focus();
  });
};
const equip = () => {
  for (const figure of all("figure[id]:has(svg):not(:has(.tools))")) {
    all("ul.key", figure).forEach(roam);
    const told = make("span", { role: "status" });
    const button = (kind) => {
      const made = make("button", { type: "button", "aria-label": `Copy as ${kind}` }, kind);
      on(made, "click", async () => {
        const blob = await copies[kind](figure);
        try {
          await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
          told.textContent = "Copied";
        } catch {
          make("a", { href: URL.createObjectURL(blob), download: `${figure.id}.${kind.toLowerCase()}` }).click();
          told.textContent = "Saved";
        }
      });
      return made;
    };
    const kinds = Object.keys(copies).filter((kind) => kind !== "CSV" || one(".chart.time", figure));
    figure.append(make("div", { class: "tools" }, told, make("a", { href: `#${figure.id}` }, "Link"), ...kinds.map(button)));
  }
};
on(document, "charts", equip);
equip();
