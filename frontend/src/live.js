// The live line: the server names what has changed ("delivery 812"), and each element that carries that name
// (data-live="delivery:812 post:9", hx-get, hx-trigger="live") fetches its part again, through its own permission.
import htmx from "htmx.org";
import { say, unsay } from "./toasts.js";

const url = document.body.dataset.liveUrl;
const state = document.querySelector(".line-state");
let cut = false;
let line = null;

function show(now) {
  if (!state) return;
  state.hidden = false;
  state.dataset.state = now;
  state.textContent = now === "live" ? state.dataset.liveWord : state.dataset.cutWord;
}

const asked = new Map();

// Several names may mean the same part, and come in bursts: each part is asked for once.
function ask(it) {
  if (!asked.has(it)) asked.set(it, setTimeout(() => asked.delete(it) && it.isConnected && htmx.trigger(it, "live", {}), 150));
}

function changed(name) {
  const [kind] = name.split(":");
  for (const it of document.querySelectorAll("[data-live]")) {
    const names = it.dataset.live.split(/\s+/);
    if (names.includes(name) || names.includes(`${kind}:*`)) ask(it);
  }
  document.dispatchEvent(new CustomEvent("changed", { detail: name }));
}

// What happened meanwhile is not known, so everything that is live is asked for once.
const again = () => document.querySelectorAll("[data-live]").forEach(ask);

// What was about to change when the page was drawn may have done so before the line was there.
const passing = () => document.querySelectorAll("[data-live][data-passing]").forEach(ask);

function back() {
  show("live");
  if (!cut) return passing();
  cut = false;
  unsay("cut-template");
  again();
}

function lost() {
  show("cut");
  if (!cut) say("cut-template");
  cut = true;
}

function listen() {
  line = new EventSource(url, { withCredentials: true });
  let doubt = 0;
  line.addEventListener("open", () => {
    clearTimeout(doubt);
    back();
  });
  line.addEventListener("message", (event) => {
    for (const name of event.data.split("\n")) changed(name.trim().replace(" ", ":"));
  });
  line.addEventListener("again", again);
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

// What came by itself is tinted for two seconds instead of moving.
document.addEventListener("htmx:after:swap", (event) => {
  const { sourceEvent, target } = event.detail?.ctx ?? {};
  if (sourceEvent?.type !== "live" || !target) return;
  const it = target.isConnected ? target : document.getElementById(target.id);
  it?.classList.add("fresh");
  setTimeout(() => it?.classList.remove("fresh"), 2000);
});

addEventListener("offline", () => url && lost());
addEventListener("online", () => line?.readyState === EventSource.OPEN && back());
