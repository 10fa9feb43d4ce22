// Asks the browser for a passkey when its form is sent, and sends the answer. Without passkeys the form stays hidden.
const fromText = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
};
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (options) => {
  const known = (list) => list?.map((one) => ({ ...one, id: fromText(one.id) }));
  return {
    ...options,
    challenge: fromText(options.challenge),
    ...(options.user && { user: { ...options.user, id: fromText(options.user.id) } }),
    excludeCredentials: known(options.excludeCredentials),
    allowCredentials: known(options.allowCredentials),
  };
};

const written = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  const { id, type } = credential;
  return JSON.stringify({ id, type, rawId: toText(credential.rawId), response, clientExtensionResults: {} });
};

for (const place of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const form = place.querySelector("form");
  const status = place.querySelector("[data-passkey-status]");
  const options = { publicKey: withBytes(JSON.parse(place.dataset.options)) };
  place.hidden = false;
  form.addEventListener("submit", async (event) => {
    // Without its name a new passkey would be refused, and stay on the device for nothing: let the page say so first.
    if (form.elements.passkey_name?.value.trim() === "") return;
    event.preventDefault();
    status.textContent = "";
    try {
      const ask = place.dataset.passkey === "create" ? "create" : "get";
      form.elements.answer.value = written(await navigator.credentials[ask](options));
      form.submit();
    } catch {
      status.textContent = status.dataset.failed;
    }
  });
}
