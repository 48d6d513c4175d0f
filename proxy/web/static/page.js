// Refreshes the figures of a page that marks its content as live. Without it, the page is
// as whole, and as new as its last loading.
"use strict";

const PERIOD_MS = 60000;

async function refresh() {
  const live = document.querySelector("main[data-live]");
  if (!live || document.hidden || live.contains(document.activeElement) && live !== document.activeElement) {
    return;
  }
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const content = fresh.querySelector("main[data-live]");
  if (content) {
    const open = [...live.querySelectorAll("details")].map((one) => one.open);
    live.replaceChildren(...content.childNodes);
    live.querySelectorAll("details").forEach((one, index) => { one.open = Boolean(open[index]); });
  }
}

if (document.querySelector("main[data-live]")) {
  setInterval(() => refresh().catch(() => undefined), PERIOD_MS);
}
