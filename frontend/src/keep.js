// Nothing typed is ever lost: forms with data-keep="name" are kept on this device until the server has them.
// The server says so by redirecting, by a part that holds [data-kept="name"], or by the event "kept".
const prefix = "tabard:";
const keyOf = (form) => `${prefix}${location.pathname}:${form.dataset.keep}`;

const fieldsOf = (form) =>
  [...form.elements].filter((it) => it.name && !it.disabled && !["hidden", "password", "file", "submit", "button"].includes(it.type));

function valueOf(it) {
  return it.type === "checkbox" || it.type === "radio" ? it.checked : it.value;
}

function keep(form) {
  const now = fieldsOf(form).map((it) => [it.name, it.type, it.type === "radio" ? it.value : "", valueOf(it)]);
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), was: form.dataset.version || "", fields: now }));
  } catch {
    // a full or forbidden store keeps nothing; the form itself still does
  }
}

function forget(form) {
  localStorage.removeItem(keyOf(form));
  form.querySelector("[data-kept-note]")?.setAttribute("hidden", "");
}

function bring(form) {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(keyOf(form)));
  } catch {
    return;
  }
  // Somebody else's newer words are never overwritten: what was kept belongs to the version it was typed on.
  if (!kept || kept.was !== (form.dataset.version || "")) return;
  let changed = false;
  for (const [name, type, value, held] of kept.fields) {
    const it = fieldsOf(form).find((each) => each.name === name && each.type === type && (type !== "radio" || each.value === value));
    if (!it || valueOf(it) === held) continue;
    if (typeof held === "boolean") it.checked = held;
    else it.value = held;
    changed = true;
    it.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const note = form.querySelector("[data-kept-note]");
  if (changed && note) note.hidden = false;
}

const waiting = new WeakMap();
document.addEventListener("input", (event) => {
  const form = event.target.form?.closest("form[data-keep]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), 300));
});
addEventListener("pagehide", () => document.querySelectorAll("form[data-keep]").forEach((form) => form.dataset.dirty && keep(form)));

// A plain form is confirmed by the page that follows it: what was kept goes when that page has loaded elsewhere.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-keep]") && !event.target.matches("[hx-post], [hx-put], [hx-patch]")) {
    sessionStorage.setItem(`${prefix}sent`, keyOf(event.target));
  }
});
const sent = sessionStorage.getItem(`${prefix}sent`);
if (sent) {
  sessionStorage.removeItem(`${prefix}sent`);
  if (!document.querySelector(".wrongs, .field.has-wrong")) localStorage.removeItem(sent);
}

document.addEventListener("kept", (event) => event.target.closest?.("form[data-keep]") && forget(event.target.closest("form")));
document.addEventListener("htmx:after:swap", () => {
  for (const it of document.querySelectorAll("[data-kept]")) {
    const form = document.querySelector(`form[data-keep="${CSS.escape(it.dataset.kept)}"]`);
    if (form) forget(form);
  }
});
document.querySelectorAll("form[data-keep]").forEach(bring);
