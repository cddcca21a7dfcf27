// Improves pages that are complete without it: components of the kit, and menus that close when one looks away.
import { Button, CharacterCount, Checkboxes, ErrorSummary, Radios, createAll } from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, Radios]) createAll(component);

const menus = () => document.querySelectorAll("details.menu[open]");

function closeMenus(except) {
  for (const menu of menus()) if (menu !== except) menu.open = false;
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Before a session ends, one is asked whether one is still there.
const session = document.getElementById("session");
if (session) {
  const asked = document.getElementById("session-over");
  const MINUTES_BEFORE = 5;
  let timer;

  const wait = (ends) => {
    clearTimeout(timer);
    timer = setTimeout(() => asked.showModal?.(), Math.max(0, new Date(ends) - Date.now() - MINUTES_BEFORE * 60_000));
  };

  asked.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(session.dataset.stay, { redirect: "manual" }).catch(() => null);
    asked.querySelector("[role=alert]").hidden = answer !== null;
    if (!answer) return;
    if (answer.ok) {
      wait((await answer.json()).ends);
      return asked.close();
    }
    // It is over: what was typed is sent, so that it waits until one has signed in again.
    const typed = document.querySelector("main form[method=post]:has(textarea, select, input:not([type=hidden]))");
    if (typed) typed.noValidate = true;
    return typed ? typed.requestSubmit() : location.reload();
  });
  wait(session.dataset.ends);
}

// Passkeys, where the browser knows them.
for (const form of document.querySelectorAll("form.passkey")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value };
  const ask = (url, said) => fetch(url, { method: "POST", headers, body: JSON.stringify(said) });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const options = await (await ask(form.dataset.options, {})).json();
      const making = form.dataset.kind === "create";
      const publicKey = making
        ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
        : PublicKeyCredential.parseRequestOptionsFromJSON(options);
      const credential = await navigator.credentials[making ? "create" : "get"]({ publicKey });
      const answer = await ask(form.dataset.answer, credential.toJSON());
      if (answer.ok) location.assign((await answer.json()).next);
    } catch {
      form.querySelector("button").focus();  // put aside, or not this key: the code is beside it
    }
  });
}

// A form that waited for a sign-in goes on by itself.
document.querySelector("form[data-goes-on]")?.requestSubmit();

// Suggestions while one types a search. One that is chosen leads straight to its page.
for (const field of document.querySelectorAll("[data-suggest]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let waiting;

  const suggest = async () => {
    const typed = field.value.trim();
    if (typed.length < 2) return list.replaceChildren();
    const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`).catch(() => null);
    if (!answer?.ok || field.value.trim() !== typed) return;
    list.replaceChildren(...(await answer.json()).map(({ name, url }) => {
      const option = document.createElement("option");
      option.value = name;
      option.dataset.url = url;
      return option;
    }));
  };

  field.addEventListener("input", () => {
    const chosen = [...list.options].find((option) => option.value === field.value);
    if (chosen) return location.assign(chosen.dataset.url);
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 150);
  });
}

// While files are sent, one sees how much of them has arrived; when something beside them is wrong they are not sent twice.
function followed(form) {
  const told = form.querySelector(".sending");
  form.addEventListener("submit", (event) => {
    if (![...form.querySelectorAll("input[type=file]")].some((field) => field.files.length)) return;
    event.preventDefault();
    const sending = new XMLHttpRequest();
    sending.upload.addEventListener("progress", ({ loaded, total }) => {
      told.hidden = false;
      told.textContent = form.dataset.progress.replace("{}", `${Math.round((100 * loaded) / total)} %`);
    });
    sending.addEventListener("load", () => {
      const isJson = sending.getResponseHeader("Content-Type")?.startsWith("application/json");
      if (sending.status === 200 && isJson) return location.assign(JSON.parse(sending.responseText).next);
      if (sending.status !== 422 || !corrected(form, sending.responseText)) form.submit(); // the page says what is wrong
    });
    sending.addEventListener("error", () => form.submit());
    sending.open("POST", form.action);
    sending.setRequestHeader("Accept", "application/json");
    sending.send(new FormData(form));
  });
}

// The page that says what is wrong takes the place of this one; the files that were chosen stay chosen.
function corrected(form, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const [fresh, main] = [page.querySelector("form[data-progress]"), document.querySelector("main")];
  if (!fresh) return false;
  for (const field of form.querySelectorAll("input[type=file]")) {
    const blank = fresh.querySelector(`[name="${field.name}"]`);
    field.setAttribute("aria-describedby", blank.getAttribute("aria-describedby"));
    blank.replaceWith(field);
  }
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.title = page.title;
  for (const component of [Button, ErrorSummary]) createAll(component, {}, main);
  followed(main.querySelector("form[data-progress]"));
  return true;
}

document.querySelectorAll("form[data-progress]").forEach(followed);

// A link is copied, or sent by what the telephone has for it.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll("button[data-send]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ url: button.dataset.send }).catch(() => {}));
}
