// The main button names the act that is chosen, and what needs a script shows itself.
const name = document.querySelector("[data-names-act]");
const plain = name?.textContent;

const update = () => {
  const chosen = document.querySelector("input[name=verdict]:checked");
  const words = chosen?.labels[0].cloneNode(true);
  words?.querySelectorAll("kbd").forEach((key) => key.remove());
  if (name) name.textContent = words?.textContent.trim() || plain;
};

// Words marked to be hidden say which decision it will be.
document.querySelector("[data-hide-selection]")?.addEventListener("click", () => {
  const redact = document.querySelector("input[name=verdict][value=publish_redacted]");
  if (!redact || !document.querySelector("[data-passages] li")) return;
  redact.checked = true;
  redact.dispatchEvent(new Event("change", { bubbles: true }));
});

for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;
addEventListener("change", update);
addEventListener("pageshow", update);
update();
