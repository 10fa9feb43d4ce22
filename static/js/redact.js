// Adds the selected words to the list of passages to hide. Offsets count code points of the original text,
// a line break is one of them, and each paragraph says where it starts (data-start).
const words = document.querySelector("[data-redactable]");
const list = document.querySelector("[data-passages]");
const row = document.getElementById("passage-row");
const button = document.querySelector("[data-hide-selection]");
const status = document.querySelector("[data-passages-status]");

const plain = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeName === "BR") return "\n";
  return [...node.childNodes].map(plain).join("");
};
const points = (node) => [...plain(node)];
const paragraphs = () => words.querySelectorAll("p[data-start]");

const original = () => {
  const all = [];
  for (const paragraph of paragraphs()) {
    const start = Number(paragraph.dataset.start);
    while (all.length < start) all.push("\n");
    all.push(...points(paragraph));
  }
  return all;
};

const bounds = (selected) => {
  let start = null;
  let end = null;
  for (const paragraph of paragraphs()) {
    if (!selected.intersectsNode(paragraph)) continue;
    const before = (node, place) => {
      const range = document.createRange();
      range.selectNodeContents(paragraph);
      if (node) range.setEnd(node, place);
      return points(range.cloneContents()).length;
    };
    const { startContainer, startOffset, endContainer, endOffset } = selected;
    const first = paragraph.contains(startContainer) ? before(startContainer, startOffset) : 0;
    const last = paragraph.contains(endContainer) ? before(endContainer, endOffset) : before();
    if (last <= first) continue;
    start ??= Number(paragraph.dataset.start) + first;
    end = Number(paragraph.dataset.start) + last;
  }
  return start === null ? null : [start, end];
};

if (words && list && row && button) {
  let kept = null;
  // Pressing a button clears the selection in some browsers, so the last one made in the text is kept.
  const keep = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (range.intersectsNode(words)) kept = range.cloneRange();
  };
  document.addEventListener("selectionchange", keep);

  const marks = [];
  const paint = () => {
    if (globalThis.Highlight) CSS.highlights.set("to-hide", new Highlight(...marks.map(({ range }) => range)));
  };

  button.addEventListener("click", () => {
    keep(); // the event comes a frame late: a quick key would find nothing, or the words chosen before
    const found = kept && bounds(kept);
    if (!found) return;
    const all = original();
    let [start, end] = found;
    while (start < end && !all[start].trim()) start += 1;
    while (end > start && !all[end - 1].trim()) end -= 1;
    if (start === end) return;
    const copy = row.content.firstElementChild.cloneNode(true);
    copy.querySelector("[name=passage_start]").value = start;
    copy.querySelector("[name=passage_end]").value = end;
    const hidden = all.slice(start, end).join("");
    copy.querySelector("[data-words]").textContent = hidden;
    const mark = { range: kept };
    copy.querySelector("[data-remove]")?.addEventListener("click", () => {
      marks.splice(marks.indexOf(mark), 1);
      copy.remove();
      paint();
      button.focus();
    });
    marks.push(mark);
    paint();
    list.append(copy);
    if (status) status.textContent = `${status.dataset.passagesStatus} ${hidden}`;
    getSelection().removeAllRanges();
    kept = null;
  });
}
