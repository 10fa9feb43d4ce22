// A key clicks the element that names it (data-key); a text field takes the focus instead.
const OFF = "keys-off";
const text = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit])";
let off = false;
try {
  off = localStorage.getItem(OFF) === "1";
} catch {
  // Storage may be closed to us: the choice then holds for this page only.
}

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = !off;
  box.addEventListener("change", () => {
    off = !box.checked;
    try {
      localStorage.setItem(OFF, off ? "1" : "0");
    } catch {}
  });
}

const usable = (element) => !element.disabled && element.getClientRects().length > 0;
const help = document.getElementById("keys");
const rows = [...document.querySelectorAll("[data-row]")];
const current = () => rows.findIndex((row) => row.contains(document.activeElement));

const move = (step) => {
  const now = current();
  const next = now < 0 ? (step > 0 ? 0 : rows.length - 1) : now + step;
  rows[next]?.querySelector("a, button")?.focus();
};

const toggleHelp = () => {
  if (!help) return;
  if (!help.showModal) help.hidden = !help.hidden;
  else if (help.open) help.close();
  else help.showModal();
};

addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = document.querySelector("form[data-decide]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[data-main]"));
    return;
  }
  if (off || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(text)) return;
  const key = event.key.toLowerCase();
  if (key === "?") {
    event.preventDefault();
    toggleHelp();
    return;
  }
  if (help?.open) return;
  if (rows.length && (key === "j" || key === "k")) {
    event.preventDefault();
    move(key === "j" ? 1 : -1);
    return;
  }
  const quoted = CSS.escape(key);
  const row = rows[current()];
  const target =
    row?.querySelector(`[data-row-key="${quoted}"]`) ??
    [...document.querySelectorAll(`[data-key="${quoted}"]`)].find(usable);
  if (!target) return;
  event.preventDefault();
  if (target.matches(text)) target.focus();
  else target.click();
});
