// Rows that are decided by keys: once a row is drawn anew the next one is where the keys are, and only what was
// decided last is undone by Z.
let at = -1;
let undo = null;

const rows = () => [...document.querySelectorAll(".triage .triaged")];

document.addEventListener("htmx:before:request", (event) => {
  const row = event.target.closest?.(".triaged");
  at = row?.classList.contains("next") ? rows().indexOf(row) : -1;
});

document.addEventListener("htmx:after:swap", () => {
  const found = [...document.querySelectorAll(".triaged [data-key=z]")].filter((each) => each !== undo);
  if (found.length) {
    undo?.removeAttribute("data-key");
    undo = found.at(-1);
  }
  const all = rows();
  if (at < 0 || !all.length || document.querySelector(".triage .next")) return;
  const row = all[Math.min(at + 1, all.length - 1)];
  at = -1;
  row.classList.add("next");
  row.querySelector("a[href], button")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
});
