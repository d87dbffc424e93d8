// Single letters as keys: G then a letter goes, J and K walk a list, X marks, data-key presses what carries it.
// data-row-key presses in the row that J and K have reached.
// Off in fields, off while a dialog is open, and off altogether where somebody turned them off.
import htmx from "htmx.org";
import { open } from "./open.js";

const root = document.documentElement;
let going = -Infinity;

const typing = (it) => it.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-rows-of] > *, .table tbody tr, .today-row")].filter((row) => row.offsetParent);
const here = () => document.querySelector(".next");

function walk(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(here());
  const row = all[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by, 0), all.length - 1)];
  here()?.classList.remove("next");
  row.classList.add("next");
  row.querySelector("a[href], button")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function mark(upToHere) {
  const box = here()?.querySelector("[data-row]");
  if (!box) return false;
  box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: upToHere }));
  return true;
}

function press(key) {
  const own = here()?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  if (own) return own.click() ?? true;
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  const it = all.find((each) => !each.closest("dialog:not([open])") || each.hidden || each.offsetParent);
  if (!it) return false;
  it.matches("input, textarea, select") ? it.focus() : it.click();
  return true;
}

function go(key) {
  const link = document.querySelector(`.rail [data-go="${CSS.escape(key)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

function single(event) {
  const key = event.key.toLowerCase();
  const soon = performance.now() - going < 1200;
  going = -Infinity;
  if (soon) return go(key);
  if (key === "g") return Boolean((going = performance.now()));
  if (event.key === "?") return open("keys");
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  if (key === "x") return mark(event.shiftKey);
  return press(key);
}

// Esc leaves a field, then the page: to what data-back names, or one step up its place.
function back(event) {
  if (event.defaultPrevented || document.querySelector("dialog[open], [popover]:popover-open:not(.toasts)")) return;
  if (typing(event.target)) return event.target.blur();
  const up = document.querySelector("[data-back]") || [...document.querySelectorAll(".place a[href]")].at(-1);
  if (root.dataset.keys !== "off") up?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return back(event);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const scope = event.target.closest("dialog, form") || document;
    const main = scope.querySelector(".btn.primary") || document.querySelector(".head .btn.primary");
    if (main) {
      event.preventDefault();
      main.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off") return;
  if (typing(event.target) || document.querySelector("dialog[open]") || event.key.length !== 1) return;
  if (single(event)) event.preventDefault();
});

document.querySelector("[data-keys-switch]")?.addEventListener("change", (event) => {
  root.dataset.keys = event.target.checked ? "on" : "off";
  htmx.ajax("POST", event.target.dataset.url, { values: { keys: root.dataset.keys }, swap: "none", source: event.target });
});
