// A box that narrows the list it names (data-narrows="#list"): units of the scope switcher, people of a menu.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-narrows]")) return;
  const asked = plain(box.value.trim());
  for (const item of document.querySelector(box.dataset.narrows)?.children ?? []) {
    item.hidden = !plain(item.textContent).includes(asked);
  }
});

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-narrows]")) {
    if (event.target.matches?.(".popover .item") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const all = [...event.target.closest(".popover").querySelectorAll(".item")].filter((it) => it.offsetParent);
      const to = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
      event.preventDefault();
      to?.focus();
    }
    return;
  }
  const first = [...(document.querySelector(box.dataset.narrows)?.querySelectorAll("li:not([hidden]) .item") ?? [])][0];
  if (event.key === "Enter" && first) {
    event.preventDefault();
    first.click();
  }
  if (event.key === "ArrowDown" && first) {
    event.preventDefault();
    first.focus();
  }
});
