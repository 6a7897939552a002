// What a page promises of its print: called while the medium is paper.
() => {
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getBoundingClientRect().width > 0;
  const text = (element) => (element.innerText ?? element.textContent).trim().replace(/\s+/g, " ");
  const seen = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
  // Every text that is not kept for readers of the page aloud, nor a formula.
  const isCut = (element) => {
    for (let e = element; e && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.clipPath === "inset(50%)" || style.clip === "rect(0px, 0px, 0px, 0px)") return true;
    }
    return false;
  };
  const texts = () => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (!data.trim() || parentElement.closest("math, svg, script, button") || !isSeen(parentElement) || isCut(parentElement)) continue;
      found.push(data.trim());
    }
    return found;
  };
  return {
    headings: seen("main h1, main h2, main h3, main .figure-title").map(text),
    labels: [...new Set(seen("main svg text").map(text).filter((label) => label.length > 2))],
    figures: seen("main figure").map((figure) => ({
      id: figure.id,
      title: text(figure.querySelector(".figure-title") ?? figure),
      caption: text(figure.querySelector("figcaption") ?? figure),
    })),
    blocks: texts(),
    wide: document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
  };
}
