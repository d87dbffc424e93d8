// Acts on many rows: boxes, "all", ranges with Shift, and a bar (.bulk) that appears while any row is marked.
let last = null;

const boxesOf = (it) => [...(it.closest("form, .table-box, .page") || document).querySelectorAll("[data-row]")];

function show(box) {
  const all = boxesOf(box);
  const marked = all.filter((each) => each.checked).length;
  const scope = box.closest("form, .page") || document;
  const bar = scope.querySelector(".bulk");
  if (bar) {
    bar.hidden = !marked;
    const count = bar.querySelector("[data-count]");
    if (count) count.textContent = marked;
  }
  const head = scope.querySelector("[data-rows]");
  if (head) {
    head.checked = marked > 0 && marked === all.length;
    head.indeterminate = marked > 0 && marked < all.length;
  }
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-row]")) return;
  const all = boxesOf(box);
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
  show(box);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-rows]")) return;
  const all = boxesOf(event.target);
  for (const each of all) each.checked = event.target.checked;
  if (all.length) show(all[0]);
});

for (const it of document.querySelectorAll("[data-rows]")) it.hidden = false;
for (const bar of document.querySelectorAll(".bulk")) bar.hidden = !bar.parentElement.querySelector("[data-row]:checked");
