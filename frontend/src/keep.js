// Nothing typed is ever lost: forms with data-keep="name" are kept on this device (sealed.js) until the server has them.
// It has them when an htmx request of the form succeeds, when a part holds data-kept="name", or when a plain
// form is followed by a page without errors. What was typed on an older version is offered, never put over newer words.
import { drop, get, passing, put as keepAway, wipe } from "./sealed.js";
import { say } from "./toasts.js";

const SENT = "tabard:sent";
const SAID = "tabard:said";
const nameFor = (form) => `${location.pathname}:${form.dataset.keep}`;
const versionOf = (form) => form.elements.revision?.value ?? form.dataset.version ?? "";
const unkept = ["hidden", "password", "file", "submit", "button"];
const fieldsOf = (form) => [...form.elements].filter((it) => it.name && !it.disabled && !it.readOnly && !unkept.includes(it.type));
const isBox = (it) => it.type === "checkbox" || it.type === "radio";
const nameOf = (it) => `${it.name} ${isBox(it) ? it.value : ""}`;
const valueOf = (it) => (isBox(it) ? it.checked : it.value);

const typed = new WeakMap(); // when somebody last typed in a form
const sent = new WeakMap(); // when the form was last sent
const waiting = new WeakMap();

function keep(form) {
  const fields = Object.fromEntries(fieldsOf(form).map((it) => [nameOf(it), valueOf(it)]));
  keepAway(nameFor(form), { version: versionOf(form), fields });
  if (!passing || sessionStorage.getItem(SAID)) return;
  sessionStorage.setItem(SAID, "1");
  say("passing-template");
}

function forget(form) {
  clearTimeout(waiting.get(form));
  drop(nameFor(form));
  form.querySelector("[data-kept-note]")?.setAttribute("hidden", "");
}

function differing(form, fields) {
  return fieldsOf(form).filter((it) => nameOf(it) in fields && fields[nameOf(it)] !== valueOf(it));
}

function put(form, fields) {
  const changed = differing(form, fields);
  for (const it of changed) {
    if (isBox(it)) it.checked = fields[nameOf(it)];
    else it.value = fields[nameOf(it)];
  }
  changed.at(0)?.dispatchEvent(new Event("input", { bubbles: true }));
  const note = form.querySelector("[data-kept-note]");
  if (note) note.hidden = !changed.length;
}

async function bring(form) {
  const kept = await get(nameFor(form));
  if (!kept?.fields || !differing(form, kept.fields).length) return;
  if (kept.version === versionOf(form) && !typed.has(form)) return put(form, kept.fields);
  const toast = say("kept-template");
  toast?.querySelector("[data-bring]")?.addEventListener("click", () => {
    put(form, kept.fields);
    toast.remove();
  });
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches("[data-keep]")) return;
  typed.set(form, performance.now());
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), 300));
});

document.addEventListener("htmx:before:request", (event) => {
  const form = event.detail?.ctx?.sourceElement;
  if (form?.matches?.("form[data-keep]")) sent.set(form, performance.now());
});
document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement: form, response } = event.detail?.ctx ?? {};
  if (!form?.matches?.("form[data-keep]") || response.status >= 300 || response.raw.redirected) return;
  if ((typed.get(form) ?? 0) <= (sent.get(form) ?? 0)) forget(form);
});
document.addEventListener("htmx:after:swap", () => {
  for (const it of document.querySelectorAll("[data-kept]")) {
    const form = document.querySelector(`form[data-keep="${CSS.escape(it.dataset.kept)}"]`);
    if (form) forget(form);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-keep]:not([hx-post], [hx-put], [hx-patch])")) sessionStorage.setItem(SENT, nameFor(form));
  if (new URL(form.action).pathname === "/sign-in/out/") wipe();
});
const left = sessionStorage.getItem(SENT);
sessionStorage.removeItem(SENT);
if (left && !document.querySelector(".wrongs, .has-wrong")) drop(left);

// After htmx has looked at the page, so that what is brought back is saved like anything typed.
setTimeout(() => document.querySelectorAll("form[data-keep]").forEach(bring), 50);
