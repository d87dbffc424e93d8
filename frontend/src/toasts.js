// Toasts: shown above everything, gone after six seconds unless looked at; those about errors stay until closed.
const box = document.getElementById("toasts");

function arrived(toast) {
  const close = toast.querySelector("[data-close]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => gone(toast));
  }
  if (toast.classList.contains("stays")) return;
  let left = 6000;
  const tick = setInterval(() => {
    if (!toast.isConnected) return clearInterval(tick);
    if (toast.matches(":hover, :focus-within") || document.hidden) return;
    if ((left -= 250) <= 0) gone(toast, clearInterval(tick));
  }, 250);
}

function gone(toast) {
  toast.remove();
  if (box && !box.children.length && box.matches(":popover-open")) box.hidePopover();
}

// Said from script: the toast is a template of the page, so its words are in the person's language.
export function say(template) {
  const it = document.getElementById(template)?.content.firstElementChild?.cloneNode(true);
  if (!it || !box || [...box.children].some((each) => each.dataset.said === template)) return null;
  it.dataset.said = template;
  box.append(it);
  return it;
}

export function unsay(template) {
  box?.querySelectorAll(`[data-said="${template}"]`).forEach(gone);
}

if (box) {
  const look = () => {
    if (!box.querySelector(".toast")) return;
    if (box.matches(":popover-open")) box.hidePopover();
    box.showPopover(); // again, so that it lies above a dialog opened since
    box.querySelectorAll(".toast:not([data-seen])").forEach((toast) => {
      toast.dataset.seen = "1";
      arrived(toast);
    });
  };
  new MutationObserver((changes) => changes.some((change) => change.addedNodes.length) && look()).observe(box, { childList: true });
  look();
}
