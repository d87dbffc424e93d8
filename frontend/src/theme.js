// Light, dark or as the device: at once here, and told to the server so that the next page is drawn right.
import htmx from "htmx.org";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  event.preventDefault();
  const theme = event.submitter?.value ?? "";
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  htmx.ajax("POST", event.target.action, { values: { theme }, swap: "none", source: event.target });
  for (const button of event.target.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
});
