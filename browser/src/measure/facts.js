// What a page is and where it leads.
() => {
  const name = (element) => {
    const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName}>${text ? ` "${text}"` : ""}`;
  };
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const links = [];
  for (const attribute of ["href", "src", "srcset", "poster", "xlink:href"]) {
    for (const element of document.querySelectorAll(`[${CSS.escape(attribute)}]`)) {
      const written = element.getAttribute(attribute);
      links.push({ from: name(element), written, to: new URL(written, document.baseURI).href });
    }
  }
  // What an id names has to be there as well.
  const naming = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "headers"];
  const missing = naming.flatMap((attribute) =>
    [...document.querySelectorAll(`[${attribute}]`)].flatMap((element) =>
      element.getAttribute(attribute).split(/\s+/)
        .filter((id) => id && !document.getElementById(id))
        .map((id) => `${name(element)} ${attribute}="${id}"`)));
  return {
    title: document.title,
    description: document.querySelector('meta[name="description"]')?.content ?? "",
    hidden: document.querySelector('meta[name="robots"]')?.content.includes("noindex") ?? false,
    language: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map((heading) => heading.textContent.trim()),
    levels: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => Number(heading.localName[1])),
    ids,
    missing,
    links,
  };
}
