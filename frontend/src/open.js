// Opens dialogs and popovers by data-opens="id"; fetches a popover's inside (data-part) when it first opens.
import htmx from "htmx.org";

export function open(id, source) {
  const it = document.getElementById(id);
  if (!it) return false;
  if (it.matches("dialog")) it.open || it.showModal();
  else if (it.popover) it.togglePopover(source ? { source } : undefined);
  return true;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey && open(opener.dataset.opens, opener)) {
    event.preventDefault();
  }
  if (event.target.closest("[data-shuts]")) event.target.closest("dialog")?.close();
  // A press beside a dialog shuts it, unless something was typed in it.
  if (event.target.matches?.("dialog[open]:not([data-stays])") && !event.target.querySelector("form[data-keep]")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

document.addEventListener("toggle", async (event) => {
  const it = event.target;
  if (!it.popover || event.newState !== "open") return;
  place(it);
  if (it.dataset.part && !it.dataset.fetched) {
    it.dataset.fetched = "1";
    await htmx.ajax("GET", it.dataset.part, { target: it, swap: "innerHTML" });
    it.querySelector("input[type=search]")?.focus();
  }
}, true);

// Browsers without anchors get the popover put under its button by hand.
function place(it) {
  if (CSS.supports("position-area", "block-end")) return;
  const from = document.querySelector(`[popovertarget="${it.id}"], [data-opens="${it.id}"]`);
  if (!from || it.matches(".toasts")) return;
  const button = from.getBoundingClientRect();
  const box = it.getBoundingClientRect();
  const left = Math.max(8, Math.min(button.left, innerWidth - box.width - 8));
  const below = button.bottom + box.height + 8 < innerHeight;
  it.style.setProperty("position", "fixed");
  it.style.setProperty("left", `${left}px`);
  it.style.setProperty("top", `${below ? button.bottom : Math.max(8, button.top - box.height - 8)}px`);
}

for (const it of document.querySelectorAll("dialog[data-open]")) it.showModal();
document.querySelector("[data-focus]")?.focus();
htmx.on("htmx:after:swap", () => {
  for (const it of document.querySelectorAll("dialog[data-open]:not([open])")) it.showModal();
});
