// A sheet of a review: once a row is answered it is drawn anew, and the next one is where the keys are.
let at = -1;

const rows = () => [...document.querySelectorAll(".asking > .ask")];

document.addEventListener("htmx:before:request", (event) => {
  const row = event.target.closest?.(".ask");
  at = row?.classList.contains("next") ? rows().indexOf(row) : -1;
});

document.addEventListener("htmx:after:swap", () => {
  const all = rows();
  if (at < 0 || !all.length || document.querySelector(".asking > .next")) return;
  const refused = all[at]?.querySelector(".notice");
  const row = all[refused ? at : Math.min(at + 1, all.length - 1)];
  at = -1;
  row.classList.add("next");
  row.querySelector("button, summary")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
});
