// Enhances pages that are complete without it. Other scripts use what is declared here.
"use strict";
const root = document.documentElement;
const one = (selector, of = document) => of.querySelector(selector);
const all = (selector, of = document) => [...of.querySelectorAll(selector)];
const on = (of, names, act) => names.split(" ").forEach((name) => of.addEventListener(name, act));
const rect = (el) => el.getBoundingClientRect();
const set = (el, values) => {
  for (const name in values) values[name] === null ? el.removeAttribute(name) : el.setAttribute(name, values[name]);
  return el;
};
const build = (space) => (tag, values, ...inner) => {
  const el = set(document.createElementNS(space, tag), values);
  el.append(...inner);
  return el;
};
const [make, draw] = [root.namespaceURI, "http://www.w3.org/2000/svg"].map(build);
const role = (el) => [...el.classList].find((name) => !/^(line|dashed|light|swatch|end)$/.test(name));
// The query of the address; some browsers refuse to change that of a file.
const asked = () => new URLSearchParams(location.search);
const address = (query) => {
  try { history.replaceState(null, "", (query.size ? `?${query}` : location.pathname) + location.hash); } catch {}
};

// Theme; theme.js has applied an earlier choice. Storage may be refused.
const theme = one("#theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
const other = () => ((root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "Light" : "Dark");
const label = () => {
  theme.textContent = other();
  theme.ariaLabel = `Use ${other().toLowerCase()} colours`;
};
on(theme, "click", () => {
  root.dataset.theme = other().toLowerCase();
  try { localStorage.setItem("theme", root.dataset.theme); } catch {}
  label();
});
on(dark, "change", label);
label();
theme.hidden = false;

// Sorting: numbers from the largest, words from A; what is missing goes last.
const sortKey = (cell) => {
  const text = cell.dataset.sort ?? (cell.firstChild?.data?.trim() || cell.textContent.trim());
  const number = /^[<+]?(-?[\d.]+(e[+-]?\d+)?)/.exec(text.replace(/−/g, "-").replace(/[\s,]/g, ""));
  return number ? +number[1] : text === "n/a" ? "" : text;
};
for (const { tHead, tBodies: [body] } of all("table.sortable")) {
  const heads = all("th", tHead);
  heads.forEach((head, column) => {
    if (head.matches(".unsorted")) return;
    const button = make("button", {}, ...head.childNodes);
    head.append(button);
    on(button, "click", () => {
      const rows = [...body.rows].map((row) => [sortKey(row.cells[column]), row]);
      const isNumber = rows.some(([key]) => key.toFixed);
      const rising = head.ariaSort ? head.ariaSort[0] === "d" : !isNumber;
      const order = ([a], [b]) => (isNumber ? a - b : a.localeCompare(b, "en"));
      heads.forEach((each) => set(each, { "aria-sort": null }));
      head.ariaSort = rising ? "ascending" : "descending";
      rows.sort((a, b) => (a[0] === "") - (b[0] === "") || (rising ? order(a, b) : order(b, a)) || 0);
      body.append(...rows.map(([, row]) => row));
    });
  });
}

// What scrolls can be reached by keys.
const edge = ({ target: el }) => {
  const rest = el.scrollWidth - el.clientWidth - 1;
  el.classList.toggle("more", el.scrollLeft < rest);
  const is = (value) => (rest > 0 ? value : null);
  set(el, { tabindex: is(0), role: is("group"), "aria-label": is(one("caption", el)?.textContent ?? "Scrolls sideways") });
};
const sizes = new ResizeObserver((entries) => entries.forEach(edge));
for (const el of all(".scroll,.formula,.prose>table,pre")) {
  sizes.observe(el);
  on(el, "scroll", edge);
}

// The section being read.
const list = one(".sections");
const parts = all(".sections a[href^='#']").map((link) => [link, one(link.hash)]).filter(([, part]) => part);
const mark = () => {
  const passed = parts.filter(([, part]) => rect(part).top < innerHeight / 3);
  const isEnd = scrollY > 0 && innerHeight + scrollY > root.scrollHeight - 3;
  const [current] = (isEnd ? parts : passed).at(-1) ?? parts[0];
  if (current.ariaCurrent) return;
  for (const [link] of parts) set(link, { "aria-current": null });
  current.ariaCurrent = "true";
  list.scrollLeft += rect(current).left - rect(list).left - list.clientWidth / 3;
};
if (parts.length) {
  on(window, "scroll", mark);
  mark();
}

const here = document.currentScript.src;
const load = (name) => document.head.append(make("script", { src: here.replace("report", name) }));
if (one(".chart.time, #compare")) load("charts");
if (one("#filter")) load("front");
on(document, "pointerover keydown", () => one("script[src*=figures]") ?? load("figures"));
