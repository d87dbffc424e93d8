// data-copies="#letter" on a button: one press puts what stands in that field on the clipboard. Without script, or
// where the browser has no clipboard (a page without https), the button is not there and one marks it by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const said = button.parentElement.querySelector("[data-copied]");
  button.addEventListener("click", async () => {
    const field = document.querySelector(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(field.value);
      said.hidden = false;
      setTimeout(() => { said.hidden = true; }, 4000);
    } catch {
      field.focus();
      field.select();
    }
  });
}
