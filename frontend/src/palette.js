// The palette: Ctrl K or Cmd K, type, arrows, Enter. The server finds; this shows.
const palette = document.getElementById("palette");

if (palette) {
  const input = palette.querySelector("input");
  const list = palette.querySelector(".found");
  let asked = 0;
  let wait = 0;

  const options = () => [...list.querySelectorAll("a[role=option]")];

  const select = (option) => {
    for (const each of options()) each.setAttribute("aria-selected", String(each === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  const ask = async () => {
    const number = ++asked;
    const url = `${palette.dataset.find}?q=${encodeURIComponent(input.value)}`;
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (number !== asked || !answer?.ok || answer.redirected) return; // a later question is on its way
    list.innerHTML = await answer.text();
    select(options()[0]);
  };

  const step = (by) => {
    const all = options();
    if (!all.length) return;
    const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
    select(all[(at + by + all.length) % all.length]);
  };

  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(ask, 100);
  });
  input.addEventListener("keydown", (event) => {
    const does = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => list.querySelector("[aria-selected=true]")?.click() };
    if (!does[event.key]) return;
    event.preventDefault();
    does[event.key]();
  });
  list.addEventListener("click", (event) => event.target.closest("a") && palette.close());
  new MutationObserver(() => {
    if (!palette.open) return;
    input.select();
    ask();
  }).observe(palette, { attributeFilter: ["open"] });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      palette.open ? palette.close() : palette.showModal();
    }
  });
}
