// Enhances pages that are complete without it: theme, sorting, filtering, where one is, read-outs.
"use strict";

(() => {
  const root = document.documentElement;

  // Theme; the page's head has applied an earlier choice before the first paint. Storage may be
  // refused (private windows, file://): then the choice lasts for the page.
  const isDark = () =>
    (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = document.getElementById("theme");
  if (button) {
    const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* for this page only */ }
      label();
    });
    label();
  }

  // Sorting: by number where the cells have one, by text otherwise; what is missing goes last.
  const number = (text) => {
    const plain = text.replace(/\u2212/g, "-").replace(/[\u202f\u00a0\s]/g, "");
    const match = /^[<+]?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/.exec(plain);
    return match ? Number(match[1]) : null;
  };
  const key = (cell) => {
    if (cell.dataset.sort !== undefined) return cell.dataset.sort === "" ? null : Number(cell.dataset.sort);
    const first = cell.firstChild;
    const text = (first && first.nodeType === Node.TEXT_NODE ? first.textContent : cell.textContent).trim();
    return number(text) ?? (text === "n/a" || text === "" ? null : text);
  };
  const compare = (a, b, sign) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), "en");
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (head.classList.contains("unsorted")) return;
      const sorter = document.createElement("button");
      sorter.type = "button";
      sorter.append(...head.childNodes);
      head.append(sorter);
      sorter.addEventListener("click", () => {
        const rising = head.getAttribute("aria-sort") === "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", rising ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
        rows.sort((a, b) => compare(a[0], b[0], rising ? 1 : -1));
        body.append(...rows.map((pair) => pair[1]));
      });
    });
  }

  // Filter of the front page.
  const filter = document.getElementById("filter");
  if (filter) {
    const rows = [...document.querySelectorAll("table.experiments tbody tr")];
    const count = document.getElementById("filter-count");
    filter.closest(".filter").hidden = rows.length < 5;
    filter.addEventListener("input", () => {
      const wanted = filter.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = wanted ? `${shown} of ${rows.length}` : "";
    });
  }

  // Search over very many experiments, whose names are loaded when somebody begins to search.
  const search = document.getElementById("search");
  if (search) {
    const found = document.getElementById("found");
    const most = 50;
    const show = () => {
      const wanted = search.value.trim().toLowerCase();
      const all = window.dfaExperiments ?? [];
      const hits = wanted ? all.filter((entry) => entry.join(" ").toLowerCase().includes(wanted)) : [];
      found.hidden = !wanted;
      found.replaceChildren(...hits.slice(0, most).map(([id, title, stamp, verdict]) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = `${id}/index.html`;
        link.textContent = title;
        item.append(link, ` ${stamp ? `${stamp}. ` : ""}${verdict}`);
        return item;
      }));
      if (hits.length !== 0 && hits.length <= most) return;
      const rest = document.createElement("li");
      rest.textContent = hits.length === 0 ? "None found." : `And ${hits.length - most} more.`;
      found.append(rest);
    };
    search.closest(".search").hidden = false;
    search.addEventListener("focus", () => {
      const script = document.createElement("script");
      script.src = search.dataset.script;
      script.addEventListener("load", show);
      document.head.append(script);
    }, { once: true });
    search.addEventListener("input", show);
  }

  // The section being read, marked in the navigation.
  const links = new Map(
    [...document.querySelectorAll(".sections a")].map((link) => [link.hash.slice(1), link]),
  );
  if (links.size > 0 && "IntersectionObserver" in window) {
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link) => link.removeAttribute("aria-current"));
        links.get(entry.target.id)?.setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-15% 0px -75% 0px" });
    for (const id of links.keys()) {
      const section = document.getElementById(id);
      if (section) observer.observe(section);
    }
  }

  // Read-out on time charts: the day under the pointer.
  for (const chart of document.querySelectorAll("svg.chart.time.wide[data-plot]")) {
    const [left, , right] = chart.dataset.plot.split(" ").map(Number);
    const [from, to] = [Date.parse(chart.dataset.x0), Date.parse(chart.dataset.x1)];
    const width = chart.viewBox.baseVal.width;
    const frame = chart.parentElement;
    if (!(to > from) || !(right > left)) continue;
    frame.style.position = "relative";
    const tag = document.createElement("span");
    const hair = document.createElement("span");
    tag.className = "readout";
    hair.className = "hair";
    tag.hidden = hair.hidden = true;
    tag.setAttribute("aria-hidden", "true");
    frame.append(hair, tag);
    const hide = () => { tag.hidden = hair.hidden = true; };
    chart.addEventListener("pointermove", (event) => {
      const box = chart.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * width;
      if (x < left || x > right) { hide(); return; }
      const day = new Date(from + ((x - left) / (right - left)) * (to - from));
      tag.textContent = day.toISOString().slice(0, 10);
      tag.hidden = hair.hidden = false;
      const offset = event.clientX - box.left;
      hair.style.cssText = `left:${offset}px;top:0;height:${box.height}px`;
      const room = box.width - tag.offsetWidth - 4;
      tag.style.cssText = `left:${Math.max(0, Math.min(offset + 8, room))}px;top:0`;
    });
    chart.addEventListener("pointerleave", hide);
  }
})();
