// Where words wait that the server does not have yet. For somebody signed in they are sealed (AES-GCM) under a key
// that the page brings and no store of the browser ever holds: a stolen disk shows nothing, and after a crash they
// are read again as soon as the same person has signed in again. Without a key, or where the browser has no WebCrypto
// (a page without https), they wait only as long as the tab is open.
const { keptFor, keptUnder } = document.body.dataset;
document.body.removeAttribute("data-kept-under");

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const text = (bytes) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
const sealing = Boolean(keptUnder && globalThis.crypto?.subtle);
const key = sealing ? crypto.subtle.importKey("raw", bytes(keptUnder), "AES-GCM", false, ["encrypt", "decrypt"]) : null;
const store = sealing ? localStorage : sessionStorage;
const placeOf = (name) => (sealing ? `tabard:${keptFor}:${name}` : `tabard:${name}`);
const turns = new Map(); // what was asked of a name last, so that nothing slow undoes what came after it

// Whether what somebody signed in types here is gone with the tab, because the browser can seal nothing.
export const passing = Boolean(keptUnder) && !sealing;

function turn(name) {
  turns.set(name, (turns.get(name) ?? 0) + 1);
  return turns.get(name);
}

// What is sealed says for which form, so that nobody who writes to the store moves words elsewhere.
const how = (iv, name) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(placeOf(name)) });

async function seal(name, words) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(how(iv, name), await key, new TextEncoder().encode(words));
  return `${text(iv)}.${text(new Uint8Array(sealed))}`;
}

async function open(name, kept) {
  const [iv, sealed] = kept.split(".").map(bytes);
  return new TextDecoder().decode(await crypto.subtle.decrypt(how(iv, name), await key, sealed));
}

export async function put(name, what) {
  const mine = turn(name);
  const words = JSON.stringify(what);
  const kept = sealing ? await seal(name, words) : words;
  if (turns.get(name) !== mine) return;
  try {
    store.setItem(placeOf(name), kept);
  } catch {
    // a full or forbidden store keeps nothing; the form itself still does
  }
}

export async function get(name) {
  const kept = store.getItem(placeOf(name));
  if (kept === null) return null;
  try {
    return JSON.parse(sealing ? await open(name, kept) : kept);
  } catch {
    store.removeItem(placeOf(name)); // from before they were shut out, or damaged: nobody can read it any more
    return null;
  }
}

export function drop(name) {
  turn(name);
  store.removeItem(placeOf(name));
}

// Everything of everybody, at signing out; the server asks the browser for the same, where it listens.
export function wipe() {
  for (const each of [localStorage, sessionStorage])
    for (const it of Object.keys(each)) if (it.startsWith("tabard:")) each.removeItem(it);
}

// Earlier versions kept words as they were typed.
if (keptUnder)
  for (const it of Object.keys(localStorage).filter((each) => each.startsWith("tabard:/"))) {
    const name = it.slice("tabard:".length);
    const was = localStorage.getItem(it);
    localStorage.removeItem(it);
    try {
      if (store.getItem(placeOf(name)) === null) put(name, JSON.parse(was));
    } catch {
      // not ours to read
    }
  }
