// The supervision board: the one-time token stays in the fragment until the person taps the button.
const $ = (id) => document.getElementById(id);
const token = location.hash.slice(1);
const cover = $("cover");
const words = { ...cover.dataset };
const language = document.documentElement.dataset.locale;
let ticket = "";

function post(path, body) {
  return fetch(`${path}?lang=${language}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

function problem(text, again) {
  $("problem").textContent = text;
  $("problem").hidden = false;
  $("open").disabled = !again;
}

async function open() {
  $("open").disabled = true;
  let answer;
  try {
    answer = await post("/desk/open", { token });
  } catch {
    problem(words.failed, true);
    return;
  }
  if (answer.ok) show(await answer.text());
  else problem(answer.status >= 500 ? words.failed : words.gone, answer.status >= 500);
}

function show(html) {
  history.replaceState(null, "", location.pathname + location.search);
  const board = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  document.querySelector("main").replaceWith(document.adoptNode(board));
  document.body.classList.remove("sheet");
  ticket = board.dataset.ticket;
  for (const button of board.querySelectorAll(".send")) button.addEventListener("click", () => send(button));
  $("sheet")?.addEventListener("click", download);
  board.focus();
}

async function send(button) {
  const box = button.closest("details");
  const status = button.parentElement.querySelector("[role=status]");
  button.disabled = true;
  let answer;
  try {
    answer = await post("/desk/act", {
      ticket, duty: button.dataset.duty, code: button.dataset.code, known: Number(button.dataset.known),
      reason: box.querySelector("textarea").value,
    });
  } catch {
    status.textContent = words.failed;
    button.disabled = false;
    return;
  }
  if (answer.ok) {
    status.textContent = words.sent;
    for (const other of document.querySelectorAll(`[data-duty="${button.dataset.duty}"]`)) other.disabled = true;
  } else if (answer.status === 409) status.textContent = (await answer.json()).text;
  else status.textContent = answer.status >= 500 ? words.failed : words.gone;
}

async function download() {
  const answer = await post("/desk/sheet", { ticket }).catch(() => null);
  if (!answer?.ok) return;
  const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = decodeURIComponent(named?.[1] ?? "log.xlsx");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

$("open").addEventListener("click", open);
addEventListener("hashchange", () => {
  if (/^#[a-z2-7]{32}$/.test(location.hash)) location.reload(); // a new link in the same tab
});
