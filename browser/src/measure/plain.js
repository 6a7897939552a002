// What is to be seen of a page's content, and which controls are shown, with everything open.
() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const text = (element) => element.textContent.trim().replace(/\s+/g, " ");
  const main = document.querySelector("main") ?? document.body;
  // What a script adds to headings is no part of their text.
  const own = (element) => {
    const copy = element.cloneNode(true);
    for (const added of copy.querySelectorAll("button, .tools, a.permalink, .anchor")) added.remove();
    return text(copy);
  };
  // The picker of comparisons is nothing but a script's; its page has pairs without it.
  const all = (selector) => [...main.querySelectorAll(selector)].filter((element) => !element.closest("#compare"));
  const content = "section, figure, table, h1, h2, h3, h4, figure svg, p.figure-title";
  const hidden = all(content).filter((element) => !isSeen(element))
    .map((element) => `<${element.localName}> ${element.id || own(element).slice(0, 40)}`);
  // Without a script a button does nothing, unless it opens a popover; a form leads to its page.
  const controls = [...document.querySelectorAll("button:not([popovertarget]), input, select, textarea")]
    .filter((element) => isSeen(element) && !element.closest("form[action]")).map((element) => `<${element.localName}> ${element.id || text(element) || element.type}`);
  return {
    texts: all("h1, h2, h3, h4, caption, p.figure-title").filter(isSeen).map(own),
    figures: all("figure").length,
    tables: all("table").length,
    rows: all("tr").length,
    words: main.innerText.replace(document.getElementById("compare")?.innerText ?? "", "").split(/\s+/).filter(Boolean).length,
    hidden,
    controls,
  };
}
