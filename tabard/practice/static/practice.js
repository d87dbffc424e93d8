// Keeps what is on the page fresh: the part marked data-live is fetched again every few seconds while it is looked at.
const EVERY = 5000;

async function refresh() {
  const live = document.querySelector("[data-live]");
  if (!live || document.hidden || live.contains(document.activeElement) || location.search.includes("until=")) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (!fresh || fresh.innerHTML === live.innerHTML) return;
    const known = new Set([...live.querySelectorAll("[id]")].map((part) => part.id));
    live.replaceChildren(...fresh.childNodes);
    for (const part of live.querySelectorAll("[id]")) if (!known.has(part.id)) part.classList.add("new");
  } catch {
    // The network may be down on purpose; the next round tries again.
  }
}

setInterval(refresh, EVERY);
