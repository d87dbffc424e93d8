// A part that was asked for can be answered by a whole page: the sign-in page when the session has ended, the page
// of an error when something broke. Such a page is never put into the part; it is said instead, and nothing is lost.
import { say } from "./toasts.js";

document.addEventListener("htmx:after:request", (event) => {
  const { text, response, select, target } = event.detail?.ctx ?? {};
  if (!/^\s*<!doctype/i.test(text ?? "") || select || target === document.body) return;
  event.preventDefault();
  const out = response.status === 403 || (response.raw.redirected && /id="signing-in"/.test(text));
  say(out ? "out-template" : "lost-template");
});

document.addEventListener("htmx:error", () => say("lost-template"));

// A field that sends its form as soon as something is chosen (data-sends): files, a filter, an order.
document.addEventListener("change", (event) => event.target.matches?.("[data-sends]") && event.target.form?.requestSubmit());

// A save may have waited for one before it of the same form: what that one made is not somebody else's change.
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, request } = event.detail?.ctx ?? {};
  const now = sourceElement?.matches?.("form[data-keep]") && sourceElement.elements.revision?.value;
  if (now && request.body?.has?.("revision")) request.body.set("revision", now);
});
