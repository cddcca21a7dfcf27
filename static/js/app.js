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
