// Passkeys: a form with data-passkey ("make" or "show") asks the browser for one and brings its answer. What is asked
// stands on the form (data-asks), or is fetched from the form's own address when the button is pressed.
const decoded = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encoded = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// Browsers know passkeys only for names, not for numbers, and only where nobody listens in between.
const able = window.isSecureContext && window.PublicKeyCredential && !/^[\d.]+$|:/.test(location.hostname);

function listed(keys = []) {
  return keys.map((key) => ({ ...key, id: decoded(key.id) }));
}

async function made(asked, form) {
  const publicKey = { ...asked.publicKey, challenge: decoded(asked.publicKey.challenge) };
  publicKey.user = { ...publicKey.user, id: decoded(publicKey.user.id) };
  publicKey.excludeCredentials = listed(publicKey.excludeCredentials);
  if (form.elements.passwordless?.checked) {
    const wanted = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
    publicKey.authenticatorSelection = { ...publicKey.authenticatorSelection, ...wanted };
  }
  return navigator.credentials.create({ publicKey });
}

async function shown(asked) {
  const publicKey = { ...asked.publicKey, challenge: decoded(asked.publicKey.challenge) };
  publicKey.allowCredentials = listed(publicKey.allowCredentials);
  return navigator.credentials.get({ publicKey });
}

function plain(key) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = encoded(key.response[name]);
  }
  const { id, type } = key;
  const clientExtensionResults = key.getClientExtensionResults();
  return { id, type, rawId: encoded(key.rawId), response, clientExtensionResults };
}

async function asks(form) {
  if (form.dataset.asks) return JSON.parse(form.dataset.asks);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = form.querySelector("[data-passkey-wrong]");
    wrong.hidden = true;
    try {
      const asked = await asks(form);
      const key = form.dataset.passkey === "make" ? await made(asked, form) : await shown(asked);
      form.elements.credential.value = JSON.stringify(plain(key));
      form.submit();
    } catch {
      wrong.hidden = false;
    }
  });
}
for (const said of document.querySelectorAll("[data-passkey-cannot]")) said.hidden = Boolean(able);
