// Charts, with all details open: which of their labels reach into one another or are cut, and where
// the plots of time charts begin and end.
({ overlap }) => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const width = document.documentElement.clientWidth;
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const named = (svg) => svg.closest("figure[id]")?.id ??
    svg.closest("section[id]")?.id ?? svg.querySelector("title")?.textContent.slice(0, 40) ?? "chart";

  // The box of letters: a font's line reaches above capitals and below the base line.
  const corners = (text) => {
    const box = text.getBBox();
    const matrix = text.getScreenCTM();
    const top = box.y + 0.22 * box.height;
    const bottom = box.y + 0.88 * box.height;
    return [[box.x, top], [box.x + box.width, top], [box.x + box.width, bottom], [box.x, bottom]]
      .map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
  };
  // How deep two convex outlines reach into one another: separating axes.
  const depth = (a, b) => {
    let least = Infinity;
    for (const outline of [a, b]) {
      for (let i = 0; i < 4; i++) {
        const [p, q] = [outline[i], outline[(i + 1) % 4]];
        const length = Math.hypot(q.x - p.x, q.y - p.y);
        if (length === 0) return 0;
        const [nx, ny] = [(q.y - p.y) / length, (p.x - q.x) / length];
        const along = (points) => points.map((point) => point.x * nx + point.y * ny);
        const [one, two] = [along(a), along(b)];
        const shared = Math.min(Math.max(...one), Math.max(...two)) - Math.max(Math.min(...one), Math.min(...two));
        if (shared <= 0) return 0;
        least = Math.min(least, shared);
      }
    }
    return least;
  };

  const overlaps = [];
  const cut = [];
  for (const svg of document.querySelectorAll("svg")) {
    if (svg.ownerSVGElement || !isSeen(svg)) continue;
    const labels = [...svg.querySelectorAll("text")]
      .filter((text) => isSeen(text) && text.textContent.trim() && text.getBoundingClientRect().width > 0)
      .map((text) => ({ text, words: text.textContent.trim().slice(0, 40), corners: corners(text), box: text.getBoundingClientRect() }));
    for (let i = 0; i < labels.length; i++) {
      for (let j = i + 1; j < labels.length; j++) {
        const deep = depth(labels[i].corners, labels[j].corners);
        if (deep > overlap) overlaps.push(`${named(svg)}: "${labels[i].words}" and "${labels[j].words}" overlap by ${deep.toFixed(0)} px`);
      }
    }
    for (const { text, words, box } of labels) {
      let sideways = false;
      for (let e = text.parentElement; e; e = e.parentElement) {
        const style = getComputedStyle(e);
        const clips = e instanceof SVGSVGElement || !(e instanceof SVGElement);
        if (!clips || style.overflowX === "visible") continue;
        if (e === document.documentElement || e === document.body) break;
        if (["auto", "scroll"].includes(style.overflowX)) { sideways = true; continue; }
        const edge = e.getBoundingClientRect();
        if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 3 || box.bottom > edge.bottom + 3) {
          cut.push(`${named(svg)}: "${words}" is cut by ${e.localName}.${[...e.classList].join(".")}`);
          break;
        }
      }
      if (!sideways && (box.left < -1 || box.right > width + 1)) {
        cut.push(`${named(svg)}: "${words}" leaves the window (${box.left.toFixed(0)} to ${box.right.toFixed(0)} of ${width})`);
      }
    }
  }

  const plots = [...document.querySelectorAll("svg.chart.time")]
    .filter((svg) => isSeen(svg) && !svg.closest(".panels"))
    .map((svg) => {
      const { left, right } = svg.getBoundingClientRect();
      return { name: named(svg), left, right, from: svg.dataset.x0 ?? "", to: svg.dataset.x1 ?? "" };
    });
  return { overlaps: [...new Set(overlaps)], cut: [...new Set(cut)], plots };
}
