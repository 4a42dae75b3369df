// Staff only: keeps the progress of a case up to date while its page is open. Without
// it "Look again" does the same.
"use strict";

const FIRST_MS = 1500;
const LONGEST_MS = 15000;

async function follow(wait) {
  const shown = document.getElementById("progress");
  const url = shown?.dataset.live;
  if (!url) return;
  const answer = document.hidden ? null : await fetch(url, { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("progress");
    // Done, or signed out: the whole page has changed, and what may be done with it.
    if (!fresh?.dataset.live) return void location.reload();
    // Nobody loses their place: what holds the focus is left alone for now.
    if (!shown.contains(document.activeElement)) shown.replaceWith(fresh);
  }
  setTimeout(() => follow(Math.min(wait * 1.3, LONGEST_MS)), wait);
}

setTimeout(() => follow(FIRST_MS), FIRST_MS);
