// The demo page: moves the clock, tells what happened, switches between the phones on a narrow screen.
const $ = (id) => document.getElementById(id);
const english = document.documentElement.lang === "en";
const words = await (await fetch(`/chat/words/${document.documentElement.dataset.locale}.json`)).json();
const now = $("now");
const log = $("log");
const buttons = [...document.querySelectorAll("[data-move]")];
const tabs = [...document.querySelectorAll("[role=tab]")];

// The server says local time; it is shown as it is, wherever the browser stands.
function showClock(iso) {
  now.dateTime = iso;
  const format = { dateStyle: innerWidth < 640 ? "long" : "full", timeStyle: "short", hourCycle: "h23", timeZone: "UTC" };
  now.textContent = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", format).format(new Date(`${iso.slice(0, 16)}Z`));
}

function tell(lines) {
  for (const line of lines) {
    const item = document.createElement("li");
    item.textContent = line;
    log.append(item);
  }
  log.scrollTop = log.scrollHeight;
}

async function move(button) {
  buttons.forEach((one) => { one.disabled = true; });
  try {
    const answer = await fetch("/demo/clock", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ to: button.dataset.move, days: 1 }),
    });
    if (!answer.ok) throw new Error("clock");
    const clock = await answer.json();
    showClock(clock.now);
    tell(clock.lines);
  } catch {
    tell([words["web.demo_failed"]]);
  }
  buttons.forEach((one) => { one.disabled = false; });
  button.focus();
}

function choose(tab) {
  for (const one of tabs) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    $(one.getAttribute("aria-controls")).classList.toggle("shown", chosen);
  }
}

function step(event) {
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  if (!(event.key in steps)) return;
  const next = tabs[(tabs.indexOf(event.target) + steps[event.key] + tabs.length) % tabs.length];
  choose(next);
  next.focus();
}

for (const button of buttons) button.addEventListener("click", () => move(button));
for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", step);
}
showClock(now.dateTime);
log.scrollTop = log.scrollHeight;
