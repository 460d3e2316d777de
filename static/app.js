/* Comforts on top of pages that work without any script. Nothing is kept in the browser. */

const STEP = "step";
const UNAVAILABLE = 503;

const all = (selector, root = document) => root.querySelectorAll(selector);

function announce(text) {
  document.getElementById("announce").textContent = text;
}

/* After an error, and after a swap: where to read on */

const errors = () => document.getElementById("error-summary");

errors()?.focus();

function moveFocus() {
  const target = errors() ?? document.querySelector(`#${STEP} h1`);
  target?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === STEP) moveFocus();
});

// Every page of ours has #step, so an error page takes the place of a button that seems dead.
// An answer without it, perhaps from a proxy, must not empty the page.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== STEP) return;
  const typed = detail.requestConfig.verb === "post" && detail.xhr.status === UNAVAILABLE;
  detail.shouldSwap = !typed && detail.serverResponse.includes(`id="${STEP}"`);
  if (!detail.shouldSwap) showSaveState(typed ? "unavailable" : "failed");
});

/* What if: one sentence of the reply is read out; a reply that did not come is told as well */

const REPLY = "what-if-reply";

function failed(form) {
  const text = form.dataset.failed;
  document.getElementById(REPLY).textContent = text;
  announce(text);
}

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === REPLY) announce(target.querySelector("[data-announce]").textContent);
});

document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (target.id !== REPLY) return;
  detail.shouldSwap = detail.serverResponse.includes(`id="${REPLY}"`);
  if (!detail.shouldSwap) failed(detail.requestConfig.elt.closest("[data-what-if]"));
});

document.addEventListener("htmx:sendError", ({ target }) => {
  const form = target.closest("[data-what-if]");
  if (form) failed(form);
});

/* Autosave: say what happened, in words that stand in the page */

const ON_THE_WAY = ["unsaved", "saving"];

// Read out is only how saving ended, and not again until it ends differently: somebody is typing.
function showSaveState(state) {
  for (const region of all("[data-save-state]")) {
    const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    region.textContent = region.dataset[state].replace("{time}", time);
    region.dataset.state = state;
    if (ON_THE_WAY.includes(state) || region.dataset.told === state) continue;
    region.dataset.told = state;
    announce(region.textContent);
  }
}

const NOT_SAVED = {
  400: "refused",
  401: "signedOut",
  403: "refused",
  404: "refused",
  409: "conflict",
  429: "heldBack",
  [UNAVAILABLE]: "unavailable",
};

// Saved is only what the server itself says is saved: any other answer may come from a proxy.
function outcome(xhr) {
  return NOT_SAVED[xhr.status] ?? xhr.getResponseHeader("Save-State") ?? "failed";
}

// data-unsaved says what the page has that is not saved: "typed"; "saving", while an answer is
// awaited; "sent", by the button of the form or on leaving. The server says it of errors.
function noteOutcome(form, state) {
  if (state !== "saved") form.dataset.unsaved = "typed";
  else if (form.dataset.unsaved === "saving") delete form.dataset.unsaved;
  showSaveState(state === "saved" && "unsaved" in form.dataset ? "unsaved" : state);
}

document.addEventListener("input", ({ target }) => {
  if (!target.closest("[data-autosave]")) return;
  target.form.dataset.unsaved = "typed";
  showSaveState("unsaved");
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("[data-step-form]");
  if (!form) return;
  if (event.target === form) form.dataset.unsaved = "sent";
  else if ("unsaved" in form.dataset) form.dataset.unsaved = "saving";
  else return event.preventDefault();
  showSaveState("saving");
});

// What is sent on leaving may overtake what is on its way: the server keeps what was sent last.
function takeTurn(form) {
  const { turn } = form.elements;
  turn.value = Number(turn.value) + 1;
  return turn.value;
}

document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  const form = target.closest("[data-step-form]");
  if (form) detail.parameters.turn = takeTurn(form);
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.matches("[data-autosave]")) {
    noteOutcome(target.closest("[data-step-form]"), outcome(detail.xhr));
  } else if (target.matches("[data-step-form]")) {
    target.dataset.unsaved = "typed";
    if (detail.xhr.status === 0) showSaveState("failed");
  }
});

/* On leaving, what is unsaved goes along; what cannot be saved is asked about */

function sendUnsaved(form) {
  if (form.dataset.unsaved === "sent") return;
  form.dataset.unsaved = "sent";
  takeTurn(form);
  const address = form.querySelector("[data-autosave]").getAttribute("hx-post");
  const body = new URLSearchParams(new FormData(form));
  fetch(address, { method: "POST", body, keepalive: true })
    .then(({ headers }) => headers.get("Save-State"))
    .catch(() => "failed")
    .then((state) => {
      if (state !== "saved") form.dataset.unsaved = "typed";
    });
}

function saveUnsaved(form) {
  form.querySelector("[data-autosave]").dispatchEvent(new Event("change"));
}

const UNSAVED = "[data-step-form][data-unsaved]";

document.addEventListener("visibilitychange", () => {
  all(UNSAVED).forEach(document.hidden ? sendUnsaved : saveUnsaved);
});

window.addEventListener("beforeunload", (event) => {
  all(UNSAVED).forEach(sendUnsaved);
  const ended = document.querySelector(`${UNSAVED} [data-save-state]`)?.dataset.told;
  if (ended && ended !== "saved") event.preventDefault();
});

/* Questions that depend on an answer: shown without script, here only when they apply */

document.addEventListener("questionVisibility", ({ detail }) => {
  for (const question of all("[data-question]")) {
    const shown = detail[question.dataset.question];
    if (typeof shown === "boolean") question.hidden = !shown;
  }
});

/* Answers that exclude one another */

function keepExclusive(box) {
  if (!box.checked) return;
  for (const other of all('input[type="checkbox"]', box.closest("fieldset") ?? box.form)) {
    const clash = "exclusive" in box.dataset || "exclusive" in other.dataset;
    if (other !== box && other.name === box.name && clash) other.checked = false;
  }
}

function clearField(box) {
  if (box.checked) document.querySelector(box.dataset.clears).value = "";
}

function untickUnknown(field) {
  const box = document.querySelector(`[data-clears="#${CSS.escape(field.id)}"]`);
  if (box && field.value) box.checked = false;
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-clears]")) clearField(target);
  else if (target.matches('input[type="checkbox"]')) keepExclusive(target);
});

document.addEventListener("input", ({ target }) => {
  if (target.matches("input.form-control, textarea")) untickUnknown(target);
  countLeft(target);
});

/* Number fields: the suggestions of the datalist as buttons */

function fill(field, option) {
  field.value = option.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  announce(option.label);
}

function chip(field, option) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = option.label;
  button.addEventListener("click", () => fill(field, option));
  return button;
}

function offerChips(field) {
  const row = document.createElement("div");
  row.className = "chips";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", field.dataset.chips);
  row.append(...[...field.list.options].map((option) => chip(field, option)));
  (field.closest(".with-unit") ?? field).after(row);
  field.removeAttribute("list");
}

/* Text fields: how much may still be written, in characters as the server counts them */

function countLeft(field) {
  const hint = document.querySelector(`[data-count-for="${CSS.escape(field.id)}"]`);
  if (!hint) return;
  const left = hint.dataset.most - [...field.value].length;
  const state = left < 0 ? "exceeded" : "left";
  const text = hint.dataset[state].replace("{n}", Math.abs(left).toLocaleString("en-GB"));
  if (state !== (hint.dataset.state ?? "left") && field === document.activeElement) announce(text);
  hint.dataset.state = state;
  hint.textContent = text;
}

/* Copy button */

async function copy(button) {
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).value);
  button.textContent = button.dataset.copied;
  announce(button.dataset.copied);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("[data-step-form]");
  form?.requestSubmit(form.querySelector('[type="submit"]'));
});

/* What only makes sense with script, in the page as it came and in every part swapped in */

function prepare(root) {
  for (const question of all("[data-off]", root)) question.hidden = true;
  for (const field of all("[data-chips][list]", root)) offerChips(field);
  for (const field of all("textarea", root)) if (field.value) countLeft(field);
  for (const button of all("[data-copy]", root)) button.hidden = !navigator.clipboard;
  if (root.querySelector('[data-unsaved="typed"]')) showSaveState("unsaved");
}

prepare(document);
document.addEventListener("htmx:load", ({ target }) => prepare(target));

/* Light or dark, without leaving what is typed on the page */

function showTheme(chosen) {
  const page = document.documentElement.dataset;
  if (chosen) page.bsTheme = chosen;
  else delete page.bsTheme;
  document.querySelector('meta[name="color-scheme"]').content = chosen || "light dark";
  for (const button of all("[data-theme-form] button")) {
    button.setAttribute("aria-pressed", button.value === chosen);
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("[data-theme-form]")) return;
  event.preventDefault();
  showTheme(submitter.value);
  const body = new URLSearchParams(new FormData(form));
  body.set("theme", submitter.value);
  // Offline the colours are those of this page alone.
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
});

/* Files: what is too large is not taken, as a server on the way might answer it with nothing */

function checkSize(field) {
  const hint = document.getElementById(`${field.id}_too_large`);
  if (!hint) return;
  const isTooLarge = [...field.files].some((file) => file.size > hint.dataset.most);
  if (isTooLarge) field.value = "";
  field.setAttribute("aria-invalid", isTooLarge);
  hint.textContent = isTooLarge ? hint.dataset.text : "";
  announce(hint.textContent);
}

document.addEventListener("change", ({ target }) => {
  if (target.type === "file") checkSize(target);
});

/* A double click sends a form once. What a script sends does so anyway */

const SENT_BY_SCRIPT = "[data-step-form], [data-what-if], [data-theme-form]";
const DOUBLE_CLICK = 1500; // milliseconds; a download leaves the page as it is, to be sent again

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches(SENT_BY_SCRIPT)) return;
  if ("sent" in form.dataset) event.preventDefault();
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, DOUBLE_CLICK);
});
