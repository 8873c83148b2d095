// The line to the server: says hello, sends one event at a time until it is accepted, comes back by itself.
import { memory } from "./memory.js";

const PING_EVERY = 20_000;
const SILENCE_MAX = 50_000;

export class Line extends EventTarget {
  constructor(hello) {
    super();
    this.hello = hello; // () => frame
    this.attempts = 0;
    this.ready = false;
    this.closed = false;
    this.queue = memory.get("queue", []); // events not accepted yet, oldest first
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.again();
    });
    setInterval(() => this.beat(), PING_EVERY);
  }

  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  open() {
    if (this.closed) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/chat/ws`);
    this.socket = socket;
    this.heard = Date.now();
    socket.addEventListener("open", () => socket.send(JSON.stringify(this.hello())));
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      this.heard = Date.now();
      this.take(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      if (socket === this.socket) this.lost();
    });
  }

  take(frame) {
    if (frame.type === "welcome") {
      this.ready = true;
      this.attempts = 0;
      if (frame.fresh) this.forgetQueue();
      this.tell("welcome", frame);
      this.flush();
    } else if (frame.type === "accepted") {
      this.settle(frame.id);
      this.tell("accepted", frame);
      this.flush();
    } else if (frame.type === "error") {
      this.refused(frame);
    } else {
      this.tell(frame.type, frame);
    }
  }

  refused(frame) {
    if (frame.retry_after && frame.id) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.flush(), frame.retry_after * 1000 + 50);
    } else if (frame.id) {
      this.settle(frame.id);
      this.flush();
    }
    this.tell("refused", frame);
  }

  send(frame) {
    this.queue.push(frame);
    memory.set("queue", this.queue);
    if (this.queue.length === 1) this.flush();
  }

  say(frame) {
    if (this.ready && this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  flush() {
    if (this.queue.length) this.say(this.queue[0]);
  }

  settle(id) {
    this.queue = this.queue.filter((frame) => frame.id !== id);
    memory.set("queue", this.queue);
  }

  // A new session has nothing to do with what the old one still wanted to say; texts go back to the box.
  forgetQueue() {
    const texts = this.queue.filter((frame) => frame.type === "text").map((frame) => frame.text);
    this.queue = [];
    memory.set("queue", this.queue);
    if (texts.length) this.tell("unsent", texts.join("\n"));
  }

  lost() {
    this.ready = false;
    this.tell("away");
    if (this.closed) return;
    const wait = Math.min(15_000, 400 * 2 ** this.attempts) * (0.7 + Math.random() * 0.6);
    this.attempts += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), wait);
  }

  again() {
    if (this.closed || this.ready || !this.socket || this.socket.readyState === WebSocket.CONNECTING) return;
    clearTimeout(this.timer);
    this.open();
  }

  beat() {
    if (!this.ready) return;
    if (Date.now() - this.heard > SILENCE_MAX) this.socket.close();
    else this.say({ type: "ping" });
  }

  end() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }
}
