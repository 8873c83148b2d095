// What this browser remembers of the conversation: until the page closes, or longer on one's own device.
const slot = new URLSearchParams(location.search).get("slot") ?? "";
const prefix = `chat:${slot}:`;
const places = [sessionStorage, localStorage];
const BUBBLES_MAX = 400;

function read(place, name) {
  try {
    return JSON.parse(place.getItem(prefix + name));
  } catch {
    return null;
  }
}

export const memory = {
  slot,
  own: !slot && read(localStorage, "own") === true,

  get(name, fallback = null) {
    return read(this.own ? localStorage : sessionStorage, name) ?? fallback;
  },

  set(name, value) {
    try {
      (this.own ? localStorage : sessionStorage).setItem(prefix + name, JSON.stringify(value));
    } catch {
      // Full or forbidden: the conversation goes on, it is only not remembered.
    }
  },

  // Moves everything to the other place when the tick changes.
  keepOnDevice(own) {
    if (own === this.own || slot) return;
    const from = this.own ? localStorage : sessionStorage;
    const names = Object.keys(from).filter((name) => name.startsWith(prefix));
    const kept = names.map((name) => [name.slice(prefix.length), from.getItem(name)]);
    names.forEach((name) => from.removeItem(name));
    this.own = own;
    for (const [name, value] of kept) this.set(name, JSON.parse(value));
    if (own) this.set("own", true);
    else (own ? sessionStorage : localStorage).removeItem(prefix + "own");
  },

  wipe() {
    for (const place of places) {
      Object.keys(place).filter((name) => name.startsWith(prefix)).forEach((name) => place.removeItem(name));
    }
    this.own = false;
  },

  bubbles() { return this.get("bubbles", []); },

  keepBubble(bubble) {
    const rest = this.bubbles().filter((one) => one.id !== bubble.id);
    this.set("bubbles", [...rest, bubble].slice(-BUBBLES_MAX));
  },

  dropBubbles(marks) {
    this.set("bubbles", this.bubbles().filter((one) => !marks.includes(`c:${one.id}`)));
  },
};
