// Addresses of our own pages inside a message become a button or a link; foreign ones stay words.
import { t } from "./words.js";

const URLS = /https?:\/\/[^\s<>"'，。；、）】」》]+/g;

export function linkify(text, onLink) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(URLS)) {
    const url = ours(found[0]);
    if (!url) continue;
    parts.push(text.slice(end, found.index), url.pathname === "/read" ? button(url, onLink) : link(url));
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}

function ours(text) {
  try {
    const url = new URL(text);
    return url.origin === location.origin ? url : null;
  } catch {
    return null;
  }
}

function link(url) {
  const node = document.createElement("a");
  node.href = url.href;
  node.textContent = url.href;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function button(url, onLink) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "link";
  node.textContent = t("web.open_link");
  node.addEventListener("click", () => onLink(url));
  return node;
}
