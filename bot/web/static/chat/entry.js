// The text box: grows with its text, keeps the draft, sends on Enter but never in the middle of pinyin.
import { memory } from "./memory.js";

const entry = document.getElementById("entry");
const form = document.getElementById("form");

export function fit() {
  entry.style.height = "auto";
  entry.style.height = `${Math.min(entry.scrollHeight + 2, innerHeight * 0.4)}px`;
}

export function restore(extra = "") {
  const kept = memory.get("draft", "");
  entry.value = [extra, entry.value || kept].filter(Boolean).join("\n");
  memory.set("draft", entry.value);
  fit();
}

export function watch(onText, onFiles) {
  entry.addEventListener("input", () => {
    memory.set("draft", entry.value);
    fit();
  });
  entry.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  entry.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    onFiles(event.clipboardData.files);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = entry.value.trim();
    if (!text) return;
    onText(text);
    entry.value = "";
    memory.set("draft", "");
    fit();
    entry.focus();
  });
}

export function watchDrop(onFiles) {
  const veil = document.getElementById("drop");
  const holds = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0;
  const show = (change) => {
    depth = Math.max(0, depth + change);
    veil.hidden = depth === 0;
  };
  addEventListener("dragenter", (event) => { if (holds(event)) show(1); });
  addEventListener("dragleave", (event) => { if (holds(event)) show(-1); });
  addEventListener("dragover", (event) => { if (holds(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    show(-depth);
    onFiles(event.dataTransfer.files);
  });
}

// Long texts travel in several messages, cut where a paragraph or a sentence ends.
export function pieces(text, max) {
  const out = [];
  let rest = text;
  while (rest.length > max) {
    const head = rest.slice(0, max);
    const cut = Math.max(head.lastIndexOf("\n"), head.lastIndexOf("。"), head.lastIndexOf(". "));
    let end = cut > max / 2 ? cut + 1 : max;
    if (/[\uD800-\uDBFF]/.test(rest[end - 1])) end -= 1;
    out.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...out, rest].filter(Boolean);
}
