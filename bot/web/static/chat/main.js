// The chat page: ties the line, the memory and what is shown together.
import * as entry from "./entry.js";
import { download, Uploads } from "./files.js";
import { onDoubleEscape, quickExit } from "./leave.js";
import { Line } from "./line.js";
import * as log from "./log.js";
import { memory } from "./memory.js";
import { current, speak, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const pressed = new Set(memory.get("pressed", []));
let last = 0; // the highest message shown
let limits = { file_bytes_max: 20_000_000, text_max: 20_000 };
let byKeyboard = false; // the last button was pressed by key, so focus may follow the question
let live = false; // the past has been shown

const line = new Line(() => ({
  type: "hello",
  token: memory.get("token", ""),
  slot: memory.slot,
  locale: current(),
  own: memory.own,
  last,
}));

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function state(name) {
  $("state").dataset.state = name;
  $("state").textContent = t(`web.state_${name}`);
}

function hint(text) {
  $("hint").textContent = text;
  $("hint").hidden = !text;
}

// ---- what the person does

function speakUp(frame, text) {
  const bubble = { id: newId(), text, order: last + nextStep(), at: 0, state: line.ready ? "sending" : "waiting" };
  memory.keepBubble(bubble);
  hint("");
  log.closeQuestions();
  log.showBubble(bubble);
  memory.set("spoke", last);
  line.send({ ...frame, id: bubble.id });
}

function nextStep() {
  const steps = memory.get("steps", 0) + 1;
  memory.set("steps", steps);
  return steps / 1e6;
}

function onChoice(button, node) {
  byKeyboard = node.matches(":focus-visible");
  pressed.add(button.data);
  memory.set("pressed", [...pressed].slice(-200));
  node.setAttribute("aria-pressed", "true");
  speakUp({ type: "choice", data: button.data }, button.label);
}

function onText(text) {
  byKeyboard = false;
  for (const piece of entry.pieces(text, limits.text_max)) speakUp({ type: "text", text: piece }, piece);
}

async function onFile(file) {
  try {
    await download(file, memory.get("token", ""));
  } catch {
    hint(t("web.download_failed"));
  }
}

function onLink(url) {
  const dialog = $("reader");
  const frame = document.createElement("iframe");
  url.searchParams.set("lang", current());
  frame.src = url.href;
  frame.title = t("web.open_link");
  dialog.append(frame);
  dialog.addEventListener("close", () => frame.remove(), { once: true });
  dialog.showModal();
}

const uploads = new Uploads({
  token: () => memory.get("token", ""),
  limit: () => limits.file_bytes_max,
  onDone: (file) => speakUp({ type: "file", ...file }, `${t("web.file_sent")} · ${file.name}`),
  onProblem: hint,
});

function onFiles(files) {
  hint("");
  uploads.add(files);
}

// ---- what the server says

line.addEventListener("welcome", ({ detail }) => {
  limits = detail;
  log.setZone(detail.zone);
  memory.set("zone", detail.zone);
  if (detail.fresh) begin(detail);
  state("ready");
  hint("");
  log.busy(false);
  for (const bubble of memory.bubbles()) {
    if (bubble.state === "waiting") show({ ...bubble, state: "sending" });
  }
  openDoor(detail.fresh);
});

function begin(welcome) {
  const hadOne = Boolean(memory.get("token"));
  memory.set("token", welcome.token);
  if (!hadOne) return;
  memory.set("bubbles", []);
  memory.set("started", "");
  last = 0;
  log.clear();
  log.aside(t("web.session_ended"));
}

// A deep link speaks once; the address bar forgets it at once.
function openDoor(fresh) {
  const asked = location.hash.slice(1) || new URLSearchParams(location.search).get("s") || "";
  const payload = /^[A-Za-z0-9_-]{1,200}$/.test(asked) ? asked : "";
  const said = memory.get("started", null);
  if (payload || location.hash) {
    history.replaceState(null, "", memory.slot ? `/?slot=${encodeURIComponent(memory.slot)}` : "/");
  }
  if (!fresh && (!payload || (memory.slot && said !== null))) return;
  memory.set("started", payload);
  log.expectBeginning();
  line.send({ type: "start", id: newId(), payload });
}

line.addEventListener("message", ({ detail: frame }) => {
  const item = log.showMessage(frame, { quiet: !live, pressed, onChoice, onFile, onLink });
  last = Math.max(last, frame.seq);
  if (!live && frame.seq <= memory.get("spoke", 0)) item?.classList.add("past");
  if (live && item) focusQuestion(item);
});

function focusQuestion(item) {
  const choice = log.firstChoiceOf(item);
  const focus = document.activeElement;
  if (!byKeyboard || !(focus === document.body || focus?.closest(".past"))) return;
  if (choice) choice.focus({ preventScroll: true });
}

line.addEventListener("state", ({ detail }) => {
  if (detail.working) log.busy(true);
  if (detail.caught_up) settleIn();
});

function settleIn() {
  log.caughtUp();
  if (live) return;
  live = true;
  log.number();
  log.toEnd();
}

line.addEventListener("delete", ({ detail }) => {
  memory.dropBubbles(detail.ids);
  log.remove(detail.ids);
});

line.addEventListener("accepted", ({ detail }) => {
  hint("");
  change(detail.id, { state: "sent", at: detail.at });
});

line.addEventListener("refused", ({ detail }) => {
  hint(t(detail.key));
  if (!detail.id) return;
  change(detail.id, { state: detail.retry_after ? "waiting" : "failed" });
});

line.addEventListener("unsent", ({ detail }) => entry.restore(detail));

line.addEventListener("forgotten", () => {
  line.end();
  memory.wipe();
  log.clear();
  log.aside(t("web.forgotten"));
});

line.addEventListener("away", () => {
  state("away");
  for (const bubble of memory.bubbles()) {
    if (bubble.state === "sending") show({ ...bubble, state: "waiting" });
  }
});

function change(id, changes) {
  const bubble = memory.bubbles().find((one) => one.id === id);
  if (bubble) show({ ...bubble, ...changes });
}

function show(bubble) {
  const all = memory.bubbles().map((one) => (one.id === bubble.id ? bubble : one));
  memory.set("bubbles", all);
  log.showBubble(bubble, { quiet: true });
}

// ---- the page itself

async function switchLanguage() {
  const next = current() === "en" ? "zh_CN" : "en";
  await speak(next);
  memory.set("locale", next);
  log.relabel(memory.bubbles());
  state($("state").dataset.state);
  hint("");
  tellSettings();
}

function tellSettings() { line.say({ type: "settings", locale: current(), own: memory.own }); }

$("language").addEventListener("click", switchLanguage);
$("leave").addEventListener("click", () => quickExit(line));
$("attach").addEventListener("click", () => $("files").click());
$("files").addEventListener("change", (event) => {
  onFiles([...event.target.files]);
  event.target.value = "";
});
$("own").checked = memory.own;
$("own").closest(".device").hidden = Boolean(memory.slot);
$("own").addEventListener("change", (event) => {
  memory.keepOnDevice(event.target.checked);
  tellSettings();
});
onDoubleEscape(() => quickExit(line));
entry.watch(onText, onFiles);
entry.watchDrop(onFiles);
entry.restore();

await speak(memory.get("locale", current()));
log.setZone(memory.get("zone", undefined) ?? undefined);
memory.bubbles().forEach((bubble) => log.showBubble(bubble, { quiet: true }));
state("connecting");
line.open();
