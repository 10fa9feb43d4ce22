// A form marked data-once says that it is sending, and is sent only once.
const sending = new Map();

const restore = () => {
  for (const [button, words] of sending) {
    button.replaceChildren(...words);
    button.removeAttribute("aria-disabled");
  }
  sending.clear();
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
};

addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented) return;
  // A button that leads elsewhere (the language switch) leaves the form as it is.
  if (event.submitter?.hasAttribute("formaction")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  if (!button) return;
  sending.set(button, [...button.childNodes]);
  button.textContent = form.dataset.once;
  // Not `disabled`: a disabled button drops its own name and value from what is sent.
  button.setAttribute("aria-disabled", "true");
});

// Coming back by the browser's history shows the page as it was left.
addEventListener("pageshow", restore);
