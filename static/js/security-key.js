// Staff only: asks the browser for a security key. Works under script-src 'self';
// everything it needs to know stands in data attributes of its form.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const descriptors = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

async function post(form, url, body) {
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.problem);
  return answer;
}

async function enrol(form) {
  const options = await post(form, form.dataset.begin, {});
  const key = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  return {
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    name: form.elements.name.value,
    clientExtensionResults: {},
    response: {
      clientDataJSON: text(key.response.clientDataJSON),
      attestationObject: text(key.response.attestationObject),
      transports: key.response.getTransports ? key.response.getTransports() : [],
    },
  };
}

async function use(form) {
  const options = await post(form, form.dataset.begin, {});
  const key = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  return {
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: text(key.response.clientDataJSON),
      authenticatorData: text(key.response.authenticatorData),
      signature: text(key.response.signature),
      userHandle: key.response.userHandle ? text(key.response.userHandle) : null,
    },
  };
}

const NAMES = {
  NotAllowedError: "The key was not used in time, or the request was cancelled. Try again.",
  InvalidStateError: "This key is enrolled already. Use another one.",
  SecurityError: "The browser does not allow a key at this address.",
};

for (const form of document.querySelectorAll("form[data-security-key]")) {
  const status = form.querySelector("[data-security-key-status]");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      status.textContent = "This browser cannot use security keys.";
      return;
    }
    button.disabled = true;
    status.textContent = "Touch your key now.";
    try {
      const answer = await (form.dataset.securityKey === "enrol" ? enrol(form) : use(form));
      const done = await post(form, form.dataset.complete, answer);
      status.textContent = "Done.";
      window.location.assign(done.next);
    } catch (error) {
      status.textContent = NAMES[error.name] || error.message || "That did not work. Try again.";
      button.disabled = false;
      button.focus();
    }
  });
}
