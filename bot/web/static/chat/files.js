// Files on their way up: one after the other, each with its progress.
import { sizeText } from "./size.js";
import { t } from "./words.js";

const tray = document.getElementById("tray");

export class Uploads {
  constructor({ token, limit, onDone, onProblem }) {
    this.token = token;
    this.limit = limit;
    this.onDone = onDone;
    this.onProblem = onProblem;
    this.waiting = [];
    this.running = null;
  }

  add(files) {
    for (const file of files) {
      const values = { name: file.name, size: sizeText(this.limit()) };
      if (file.size > this.limit()) this.onProblem(t("web.file_too_large", values));
      else if (!file.size) this.onProblem(t("web.file_empty", values));
      else this.waiting.push({ file, row: row(file, () => this.cancel(file)) });
    }
    this.next();
  }

  next() {
    if (this.running || !this.waiting.length) return;
    this.running = this.waiting.shift();
    const { file, row: line } = this.running;
    const request = new XMLHttpRequest();
    this.running.request = request;
    request.open("POST", "/chat/file");
    request.setRequestHeader("Authorization", `Bearer ${this.token()}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) line.querySelector("progress").value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => this.ended(request, file));
    request.send(file);
  }

  ended(request, file) {
    this.running?.row.remove();
    const cancelled = this.running?.cancelled;
    this.running = null;
    if (request.status === 200) {
      const { upload, size } = JSON.parse(request.responseText);
      this.onDone({ upload, size, name: file.name, mime: file.type });
    } else if (!cancelled) {
      this.onProblem(t(problemKey(request), { name: file.name, size: sizeText(this.limit()) }));
    }
    this.next();
  }

  cancel(file) {
    if (this.running?.file === file) {
      this.running.cancelled = true;
      this.running.request.abort();
      return;
    }
    this.waiting.find((one) => one.file === file)?.row.remove();
    this.waiting = this.waiting.filter((one) => one.file !== file);
  }
}

function problemKey(request) {
  try {
    return JSON.parse(request.responseText).key ?? "web.upload_failed";
  } catch {
    return "web.upload_failed";
  }
}

function row(file, onCancel) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = `${file.name} · ${sizeText(file.size)}`;
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.value = 0;
  progress.setAttribute("aria-label", t("web.uploading", { name: file.name }));
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.textContent = "×";
  cancel.setAttribute("aria-label", t("web.upload_cancel", { name: file.name }));
  cancel.addEventListener("click", onCancel);
  line.append(name, progress, cancel);
  tray.append(line);
  return line;
}

// Fetches a file of a message with the token in a header and hands it to the browser.
export async function download(file, token) {
  const answer = await fetch(`/chat/file/${file.id}`, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error("download");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
