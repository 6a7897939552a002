// What a page promises of its print: called while the medium is paper.
() => {
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getBoundingClientRect().width > 0;
  const text = (element) => (element.innerText ?? element.textContent).trim().replace(/\s+/g, " ");
  const seen = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
  return {
    headings: seen("main h1, main h2, main h3, main .figure-title").map(text),
    labels: [...new Set(seen("main svg text").map(text).filter((label) => label.length > 2))],
    figures: seen("main figure").map((figure) => ({
      id: figure.id,
      title: text(figure.querySelector(".figure-title") ?? figure),
      caption: text(figure.querySelector("figcaption") ?? figure),
    })),
    blocks: seen("main p, main li, main td, main dd, main dt, main th, main figcaption, main caption")
      .filter((block) => !block.querySelector("math, p, li, td, ul, ol, table, svg, button")).map((block) => block.innerText.trim()).filter(Boolean),
    wide: document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
  };
}
