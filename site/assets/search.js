// The search page: what everything says, as it is typed.
"use strict";
{
  const most = 60;
  const [input, found, count] = ["header [name=q]", "#found", "#found-count"].map((selector) => one(selector));
  const pages = (window.dfaSearch ?? []).flatMap(([href, title, text, parts]) => (
    [[href, title, text, ""], ...parts.map(([id, name, words]) => [`${href}#${id}`, name, words, title])]
  ));
  const entries = pages.map((entry) => [...entry, entry[1].toLowerCase(), entry.slice(1).join(" ").toLowerCase()]);
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rank = ([, , , on, title]) => words.reduce((sum, word) => sum + 2 * title.includes(word) + title.startsWith(word), on ? 0 : 0.5);
    const hits = entries.filter((entry) => words.every((word) => entry[5].includes(word))).sort((a, b) => rank(b) - rank(a));
    one("#everything").hidden = words.length > 0;
    found.hidden = !words.length;
    found.replaceChildren(...hits.slice(0, most).map(([href, title, text, on]) => make(
      "li", {}, make("a", { href: `../${href}` }, title), on && make("small", {}, on), text && make("p", {}, text),
    )));
    count.textContent = words.length ? `${hits.length || "None"} found${hits.length > most ? `, the first ${most} shown` : ""}.` : "";
  };
  input.value = asked().get("q") ?? "";
  on(input, "input", show);
  on(input.form, "submit", (event) => event.preventDefault());
  input.focus();
  show();
}
