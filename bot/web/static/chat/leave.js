// The quick exit: wipes this browser's memory, asks the server to forget, shows a neutral page instead.
import { memory } from "./memory.js";

const TWICE = 700;

export function quickExit(line) {
  const token = memory.get("token", "");
  line.end();
  memory.wipe();
  document.body.classList.add("leaving");
  document.title = "";
  if (token) {
    fetch("/chat/forget", { method: "POST", keepalive: true, headers: { Authorization: `Bearer ${token}` } })
      .catch(() => {});
  }
  location.replace(document.body.dataset.leave);
}

export function onDoubleEscape(act) {
  let last = -Infinity;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    const now = performance.now();
    if (now - last < TWICE) act();
    last = now;
  });
}
