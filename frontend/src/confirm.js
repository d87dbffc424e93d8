// data-confirm on a button or form: a dialog says what will happen, in whose name, and what can be undone.
// data-confirm is the question, data-confirm-text what it says below, data-confirm-do the verb of its button.
const template = document.getElementById("confirm-template");
const allowed = new WeakSet();

export function ask(question, text, word, danger) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  const yes = dialog.querySelector("[value=yes]");
  dialog.querySelector("h2").textContent = question;
  dialog.querySelector(".body").textContent = text || "";
  yes.textContent = word;
  if (danger) yes.className = "btn danger filled";
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
  });
}

function words(it) {
  const said = it.dataset;
  const verb = said.confirmDo || it.textContent.trim() || it.querySelector?.("button")?.textContent.trim();
  return [said.confirm, said.confirmText, verb, it.matches(".danger") || said.confirmDanger !== undefined];
}

// Before htmx and before the form itself, so that nothing leaves until the answer is yes.
document.addEventListener("click", async (event) => {
  const it = event.target.closest?.("[data-confirm]:not(form)");
  if (!it || it.getAttribute("aria-disabled") === "true" || allowed.delete(it)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(...words(it))) {
    allowed.add(it);
    it.click();
  }
}, true);

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-confirm]");
  if (!form || allowed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const by = event.submitter;
  if (await ask(...words(form))) {
    allowed.add(form);
    form.requestSubmit(by);
  }
}, true);

// What is not available says why and does nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[aria-disabled=true]")) event.preventDefault();
}, true);
