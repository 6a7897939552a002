// Loads the page again when there is another site, and shows why one could not be built.
(() => {
  "use strict";
  const version = Number(new URL(document.currentScript.src).search.slice(1));
  const style = `
    :host { all: initial; position: fixed; inset: auto 0 0; z-index: 2147483647; }
    section { box-sizing: border-box; max-height: 70vh; overflow: auto; padding: 1rem 1.25rem;
      background: #1c1b1a; color: #f4efe6; border-top: 4px solid #e0533d;
      box-shadow: 0 -8px 32px rgb(0 0 0 / 40%); font: 15px/1.45 system-ui, sans-serif; }
    h2 { margin: 0 5rem .75rem 0; font-size: 1rem; }
    pre { margin: 0; overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; }
    button { position: absolute; top: 1rem; right: 1.25rem; padding: .15rem .6rem; font: inherit;
      color: inherit; background: none; border: 1px solid #8c857a; border-radius: 4px; cursor: pointer; }
    @media print { :host { display: none; } }`;
  let shown = null;

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  // The text is that of the terminal; it is never markup.
  const show = (told) => {
    if (shown) shown.remove();
    shown = null;
    if (!told) return;
    shown = element("div", "");
    shown.id = "dfa-live";
    const root = shown.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    const box = element("section", "");
    box.setAttribute("role", "alert");
    const close = element("button", "Close");
    close.type = "button";
    close.addEventListener("click", () => show(null));
    box.append(element("h2", told.title), element("pre", told.text), close);
    root.append(box);
    document.body.append(shown);
  };

  // A message of before this page was made says nothing of it.
  const hear = ({ data }) => {
    if (data.version > version) location.reload();
    else if (data.version === version) show(data.told);
  };

  const at = "/__live/worker.js";
  const worker = typeof SharedWorker === "function" ? new SharedWorker(at).port : new Worker(at);
  worker.onmessage = hear;
})();
