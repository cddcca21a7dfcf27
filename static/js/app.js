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
