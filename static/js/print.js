// Staff only: shows the button that prints a letter. Without it the browser's own
// command does the same, and the page says so.
"use strict";

for (const place of document.querySelectorAll("[data-print]")) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => window.print());
}
