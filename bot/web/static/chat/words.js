// The words of the page in the chosen language.
let words = {};
let locale = document.documentElement.dataset.locale;

export function current() { return locale; }

export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Loads the words; the page itself is fetched again in the new language and its labels are taken over.
export async function speak(next) {
  const answer = await fetch(`/chat/words/${next}.json`);
  if (!answer.ok) throw new Error("words");
  words = await answer.json();
  if (next !== locale) await relabel(next);
  locale = next;
}

async function relabel(next) {
  const answer = await fetch(`/?lang=${next}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const node of page.querySelectorAll("[id], [data-text]")) {
    const ours = node.id
      ? [document.getElementById(node.id)]
      : document.querySelectorAll(`[data-text="${node.dataset.text}"]`);
    for (const one of ours) if (one) takeOver(one, node);
  }
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dataset.locale = next;
  document.title = page.title;
}

function takeOver(one, node) {
  for (const name of ["aria-label", "title", "placeholder"]) {
    if (node.hasAttribute(name)) one.setAttribute(name, node.getAttribute(name));
  }
  if (one.id === "language") {
    one.lang = node.lang;
    one.textContent = node.textContent;
  } else if (node.dataset.text) {
    one.textContent = node.textContent;
  }
}
