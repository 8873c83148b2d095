// The conversation as it is shown: messages of both sides in order, buttons, files, days.
import { current, t } from "./words.js";
import { linkify } from "./links.js";
import { sizeText } from "./size.js";

const log = document.getElementById("log");
const working = document.getElementById("working");
const below = document.getElementById("below");
const NEAR = 80;

let zone; // times are shown as the deployment's clock shows them
let anchor = null; // the first item since the person spoke last
let expecting = false; // the next message begins something: its beginning is to be seen
let workingTimer = 0;

function el(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function insert(item, order) {
  item.dataset.order = order;
  const later = [...log.querySelectorAll(".item")].find((one) => Number(one.dataset.order) > order);
  log.insertBefore(item, later ?? null);
  if (!later) separate(item);
}

// A day line above the first item of each day.
function separate(item) {
  if (!item.dataset.at || item.dataset.day) return;
  const day = dayOf(Number(item.dataset.at));
  item.dataset.day = day;
  const shown = [...log.querySelectorAll(".day")].at(-1);
  if (shown?.dataset.day === day) return;
  const line = el("p", "day", dayText(Number(item.dataset.at)));
  line.dataset.day = day;
  line.dataset.at = item.dataset.at;
  log.insertBefore(line, item);
}

function dayOf(at) { return new Intl.DateTimeFormat("en", { dateStyle: "full", timeZone: zone }).format(at * 1000); }

function dayText(at) {
  const format = { month: "long", day: "numeric", weekday: "long", timeZone: zone };
  return new Intl.DateTimeFormat(current() === "en" ? "en" : "zh-CN", format).format(at * 1000);
}

function timeText(at) {
  if (!at) return "";
  return new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(at * 1000);
}

export function setZone(name) { zone = name; }

export function expectBeginning() { expecting = true; }

export function isNearEnd() { return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR; }

export function toEnd() {
  log.scrollTop = log.scrollHeight;
  below.hidden = true;
}

// Shows the end, but never scrolls the beginning of a long answer out of sight.
function follow(wasNear) {
  if (!wasNear) {
    below.hidden = false;
    return;
  }
  const end = log.scrollHeight - log.clientHeight;
  const start = anchor?.isConnected ? anchor.offsetTop - log.offsetTop - 12 : end;
  log.scrollTop = Math.min(end, Math.max(start, 0));
  below.hidden = isNearEnd();
}

// Whoever scrolls by hand decides what is seen.
for (const name of ["wheel", "touchmove", "keydown"]) {
  log.addEventListener(name, () => { anchor = null; }, { passive: true });
}
below.addEventListener("click", toEnd);
log.addEventListener("scroll", () => { if (isNearEnd()) below.hidden = true; });

export function showMessage(frame, { quiet, pressed, onChoice, onFile, onLink }) {
  if (document.getElementById(`msg-${frame.id}`)) return null;
  const wasNear = isNearEnd() || anchor !== null;
  const item = el("div", "item theirs");
  item.id = `msg-${frame.id}`;
  item.dataset.at = frame.at;
  item.append(el("span", "unseen", t("web.from_us")));
  if (frame.text) {
    const bubble = el("div", "bubble");
    bubble.append(...linkify(frame.text, onLink));
    item.append(bubble);
  }
  for (const file of frame.files) item.append(paper(file, onFile));
  if (frame.buttons.length) item.append(choices(frame, pressed, onChoice));
  item.append(el("span", "note", timeText(frame.at)));
  insert(item, frame.seq);
  if (expecting) anchor = item;
  expecting = false;
  busy(false);
  number();
  if (!quiet) follow(wasNear);
  return item;
}

function choices(frame, pressed, onChoice) {
  const group = el("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", t("web.choices"));
  group.classList.toggle("long", frame.buttons.some((button) => button.label.length > 8));
  for (const button of frame.buttons) {
    const node = el("button", "", button.label);
    node.type = "button";
    if (pressed.has(button.data)) node.setAttribute("aria-pressed", "true");
    node.addEventListener("click", () => onChoice(button, node));
    group.append(node);
  }
  return group;
}

function paper(file, onFile) {
  const node = el("button", "paper");
  node.type = "button";
  node.setAttribute("aria-label", t("web.download", { name: file.name }));
  node.append(el("span", "", file.name), el("small", "", sizeText(file.size)));
  node.addEventListener("click", () => onFile(file));
  return node;
}

// Numbers stand on the buttons only while a typed number can mean nothing else.
export function number() {
  const open = [...log.querySelectorAll(".item:not(.past) .choices")];
  for (const group of log.querySelectorAll(".choices")) {
    group.classList.toggle("numbered", open.length === 1 && group === open[0] && group.children.length > 1);
  }
}

// The person has spoken: what was offered before is past.
export function closeQuestions() {
  for (const item of log.querySelectorAll(".item.theirs")) item.classList.add("past");
  number();
}

export function showBubble(bubble, { quiet = false } = {}) {
  let item = document.getElementById(`own-${bubble.id}`);
  if (!item) {
    item = el("div", "item mine");
    item.id = `own-${bubble.id}`;
    item.append(el("span", "unseen", t("web.from_you")), el("div", "bubble", bubble.text), el("span", "note"));
    if (bubble.at) item.dataset.at = bubble.at;
    insert(item, bubble.order);
    if (!quiet) {
      anchor = item;
      toEnd();
    }
  }
  item.classList.remove("sending", "sent", "failed", "waiting");
  item.classList.add(bubble.state);
  item.querySelector(".note").textContent = bubbleNote(bubble);
}

function bubbleNote(bubble) {
  const words = { sending: "web.sending", waiting: "web.waiting_to_send", failed: "web.failed", sent: "web.sent" };
  const time = bubble.state === "sent" ? timeText(bubble.at) : "";
  return [t(words[bubble.state]), time].filter(Boolean).join(" ");
}

export function remove(marks) {
  for (const mark of marks) {
    const id = mark.startsWith("c:") ? `own-${mark.slice(2)}` : `msg-${mark}`;
    document.getElementById(id)?.remove();
  }
  for (const line of log.querySelectorAll(".day")) {
    if (!line.nextElementSibling || line.nextElementSibling.matches(".day")) line.remove();
  }
  number();
}

export function aside(text) { log.append(el("p", "aside", text)); }

export function clear() {
  log.replaceChildren();
  anchor = null;
}

export function busy(on) {
  working.hidden = !on;
  clearTimeout(workingTimer);
  if (on) workingTimer = setTimeout(() => busy(false), 8_000);
}

export function caughtUp() { log.setAttribute("aria-busy", "false"); }

export function relabel(bubbles) {
  for (const line of log.querySelectorAll(".day")) line.textContent = dayText(Number(line.dataset.at));
  for (const node of log.querySelectorAll(".theirs > .unseen")) node.textContent = t("web.from_us");
  for (const node of log.querySelectorAll(".mine > .unseen")) node.textContent = t("web.from_you");
  for (const group of log.querySelectorAll(".choices")) group.setAttribute("aria-label", t("web.choices"));
  bubbles.forEach((bubble) => showBubble(bubble, { quiet: true }));
}

export function firstChoiceOf(item) { return item?.querySelector(".choices button") ?? null; }
