// SPDX-License-Identifier: EUPL-1.2
// What a page may do more when scripts run. Everything works without: this only shows what scripts alone can do.

document.documentElement.classList.add("con-script");

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-stampa]")) window.print();
});
