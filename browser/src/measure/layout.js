// What of a page's layout can be measured at one width: what stands out sideways, the smallest
// letters, small targets, and lengths. Closed details stay closed unless asked otherwise.
({ open, smallest, target }) => {
  for (const details of document.querySelectorAll("details")) details.open = open;
  const width = document.documentElement.clientWidth;
  const name = (element) => {
    const part = (e) => e.localName + (e.id ? `#${e.id}` : "") +
      [...e.classList].slice(0, 3).map((c) => `.${c}`).join("");
    const holder = element.closest("figure[id], section[id], table, nav, header, footer");
    return (holder && holder !== element ? `${part(holder)} ` : "") + part(element);
  };
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // Kept for readers of the page aloud: a pixel, cut.
  const isCut = (element) => {
    for (let e = element; e && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.clipPath === "inset(50%)" || style.clip === "rect(0px, 0px, 0px, 0px)" ||
        (style.position === "absolute" && (e.offsetWidth === 1 || e.offsetHeight === 1))) return true;
    }
    return false;
  };
  const scrolls = (element) => {
    for (let e = element.parentElement; e && e !== document.documentElement; e = e.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e).overflowX) && !(e instanceof SVGElement)) return true;
    }
    return false;
  };

  // Sideways.
  const sideways = [];
  if (document.scrollingElement.scrollWidth > width) {
    for (const element of document.body.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.right > width + 0.5 && !scrolls(element)) {
        sideways.push(`${name(element)} ends at ${Math.round(box.right)}`);
      }
    }
    if (!sideways.length) sideways.push(`the page is ${document.scrollingElement.scrollWidth} wide`);
  }

  // Letters.
  const letters = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let words = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (!text || ["SCRIPT", "STYLE", "NOSCRIPT", "title", "desc"].includes(element.tagName) || !isSeen(element)) continue;
    if (element.closest("main") && !element.closest("svg")) words += text.split(/\s+/).length;
    let size = parseFloat(getComputedStyle(element).fontSize);
    if (element instanceof SVGElement) {
      const matrix = element.closest("text")?.getScreenCTM();
      if (matrix) size *= Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c));
    }
    if (size >= smallest - 0.01 || isCut(element)) continue;
    const key = `${size.toFixed(1)} px: ${name(element)}`;
    if (!letters.has(key)) letters.set(key, text.slice(0, 30));
  }

  // Targets. A link or a term within a sentence is as tall as its line: exempt.
  const isInline = (element) => {
    if (getComputedStyle(element).display !== "inline" && !element.matches("button.term")) return false;
    let block = element.parentElement;
    while (block && getComputedStyle(block).display === "inline") block = block.parentElement;
    const around = block.textContent.replace(element.textContent, "").trim();
    return around.length > 0;
  };
  const targets = [];
  if (target) {
    for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=button], [tabindex='0']")) {
      const box = element.getBoundingClientRect();
      if (!isSeen(element) || isCut(element) || box.width === 0 || box.bottom < 0) continue;
      if (Math.min(box.width, box.height) >= target - 0.01 || isInline(element)) continue;
      if (element.matches("[tabindex='0']:not(a, button)")) continue;
      // A label that belongs to a field is tapped as well.
      const label = element.labels?.[0]?.getBoundingClientRect();
      if (label && Math.min(label.width, label.height) >= target) continue;
      targets.push(`${box.width.toFixed(0)} × ${box.height.toFixed(0)}: ${name(element)} "${element.textContent.trim().slice(0, 20)}"`);
    }
  }

  // Text that its own box cuts off.
  const cut = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (element instanceof SVGElement || !isSeen(element) || isCut(element)) continue;
    const style = getComputedStyle(element);
    if (["hidden", "clip"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && element.textContent.trim()) {
      cut.push(`${name(element)} cuts ${element.scrollWidth - element.clientWidth} px off at its right`);
    }
  }

  const box = (element) => {
    if (!element) return null;
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return { top: top + scrollY, bottom: bottom + scrollY, left, right };
  };
  const main = document.querySelector("main");
  return {
    sideways: [...new Set(sideways)].slice(0, 8),
    letters: [...letters].map(([key, text]) => `${key} "${text}"`),
    targets: [...new Set(targets)],
    cut: [...new Set(cut)],
    words: main ? main.innerText.split(/\s+/).filter(Boolean).length : words,
    height: document.documentElement.scrollHeight,
    key: box(document.querySelector(".key-figure svg")),
    forest: box(document.querySelector(".forest")),
  };
}
