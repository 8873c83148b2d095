// One-time reading: the token stays in the fragment until the person taps the button.
import { sizeText } from "./chat/size.js";
import { speak, t } from "./chat/words.js";

const $ = (id) => document.getElementById(id);
const token = location.hash.slice(1);

function problem(key) {
  $("problem").textContent = t(key);
  $("problem").hidden = false;
  $("open").disabled = key !== "web.read_failed";
}

async function open() {
  $("open").disabled = true;
  let answer;
  try {
    answer = await fetch("/read", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
  } catch {
    problem("web.read_failed");
    return;
  }
  if (answer.ok) show(await answer.json());
  else problem(answer.status >= 500 ? "web.read_failed" : "web.read_gone");
}

function node(tag, text) {
  const one = document.createElement(tag);
  one.textContent = text;
  return one;
}

function show(page) {
  history.replaceState(null, "", location.pathname + location.search);
  $("title").textContent = page.title;
  $("parts").replaceChildren(...page.parts.flatMap((part) => [node("dt", part.label), node("dd", part.text)]));
  $("files").replaceChildren(...page.files.map(fileRow));
  $("attachments").hidden = page.files.length === 0;
  $("cover").remove();
  $("page").hidden = false;
  $("title").focus();
  count(page.minutes);
}

function count(minutes) {
  $("closes").textContent = t("web.read_closes", { minutes });
  if (minutes <= 0) close();
  else setTimeout(() => count(minutes - 1), 60_000);
}

function close() {
  const words = node("p", t("web.read_closed"));
  $("page").replaceChildren(words);
}

function fileRow(file) {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.append(node("span", file.name), node("small", sizeText(file.size)));
  button.setAttribute("aria-label", t("web.download", { name: file.name }));
  button.addEventListener("click", () => take(file, button));
  row.append(button);
  return row;
}

async function take(file, button) {
  button.disabled = true;
  const answer = await fetch(`/file/${file.id}`, { method: "POST" }).catch(() => null);
  if (!answer?.ok) {
    button.append(node("small", t("web.download_failed")));
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

addEventListener("pagehide", close);
await speak(document.documentElement.dataset.locale);
$("open").addEventListener("click", open);
