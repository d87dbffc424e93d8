// The live line: the server names what has changed ("delivery 812"), and each element that carries that name
// (data-live="delivery:812 post:9", hx-get, hx-trigger="live") fetches its part again, through its own permission.
import htmx from "htmx.org";
import { say, unsay } from "./toasts.js";

const url = document.body.dataset.liveUrl;
const state = document.querySelector(".line-state");
let cut = false;

function show(now) {
  if (!state) return;
  state.hidden = false;
  state.dataset.state = now;
  state.textContent = now === "live" ? state.dataset.liveWord : state.dataset.cutWord;
}

function changed(name) {
  const [kind] = name.split(":");
  for (const it of document.querySelectorAll("[data-live]")) {
    const names = it.dataset.live.split(/\s+/);
    if (names.includes(name) || names.includes(`${kind}:*`)) htmx.trigger(it, "live", { name });
  }
  document.dispatchEvent(new CustomEvent("changed", { detail: name }));
}

function back() {
  show("live");
  if (!cut) return;
  cut = false;
  unsay("cut-template");
  // What happened meanwhile is not known, so everything that is live is asked for once.
  for (const it of document.querySelectorAll("[data-live]")) htmx.trigger(it, "live", {});
}

function lost() {
  show("cut");
  if (!cut) say("cut-template");
  cut = true;
}

function listen() {
  const line = new EventSource(url, { withCredentials: true });
  let doubt = 0;
  line.addEventListener("open", () => {
    clearTimeout(doubt);
    back();
  });
  line.addEventListener("message", (event) => {
    for (const name of event.data.split("\n")) changed(name.trim().replace(" ", ":"));
  });
  line.addEventListener("error", () => {
    // A browser reconnects by itself; only a line that stays away is worth a word.
    clearTimeout(doubt);
    doubt = setTimeout(lost, 4000);
    if (line.readyState === EventSource.CLOSED) setTimeout(listen, 8000);
  });
}

if (url) {
  if (document.visibilityState === "visible") listen();
  else document.addEventListener("visibilitychange", listen, { once: true });
}
addEventListener("offline", () => url && lost());
