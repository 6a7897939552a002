// Filter of the front page: by words, verdict and source, over the table and the forest plot.
"use strict";
const rows = all("[data-id]");
const chosen = {};
const filter = one("#filter");
const apply = () => {
  const wanted = filter.value.trim().toLowerCase();
  const count = (some) => new Set(some.map((row) => row.dataset.id)).size;
  for (const row of rows) {
    row.hidden = !(row.dataset.text ?? row.textContent).toLowerCase().includes(wanted)
      || Object.entries(chosen).some(([kind, value]) => value && row.dataset[kind] !== value);
  }
  const [shown, whole] = [count(rows.filter((row) => !row.hidden)), count(rows)];
  one("#filter-count").textContent = shown < whole ? `${shown} of ${whole}` : "";
};
for (const kind of ["verdict", "source"]) {
  const values = [...new Set(rows.map((row) => row.dataset[kind]))].filter(Boolean);
  const chips = values.map((value) => {
    const chip = make("button", { type: "button", class: "chip", "aria-pressed": false }, value);
    on(chip, "click", () => {
      chosen[kind] = chosen[kind] === value ? "" : value;
      for (const each of chips) each.ariaPressed = String(each.textContent === chosen[kind]);
      apply();
    });
    return chip;
  });
  if (chips.length > 1) one("#chips")?.append(...chips);
}
for (const el of all(".filter, #chips")) el.hidden = rows.length < 5;
on(filter, "input", apply);
