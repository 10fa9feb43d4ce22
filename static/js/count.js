// Says how many characters are left, counted as people count them. Words come from the page.
const language = document.documentElement.lang === "es" ? "es-MX" : "en-US";
const number = new Intl.NumberFormat(language);
const plural = new Intl.PluralRules(language);
const segmenter = Intl.Segmenter && new Intl.Segmenter(language);

const length = (text) => [...(segmenter?.segment(text) ?? text)].length;

for (const area of document.querySelectorAll("textarea[data-most]")) {
  const seen = document.createElement("p");
  seen.className = "hint";
  seen.setAttribute("aria-hidden", "true");
  const heard = document.createElement("p");
  heard.className = "visually-hidden";
  heard.setAttribute("role", "status");
  area.after(seen, heard);

  const say = () => {
    const left = area.dataset.most - length(area.value);
    const count = Math.abs(left);
    const form = plural.select(count) === "one" ? "One" : "Other";
    const words = area.dataset[(left < 0 ? "over" : "left") + form];
    seen.className = left < 0 ? "error" : "hint";
    seen.textContent = words.replace("{n}", number.format(count));
    return seen.textContent;
  };

  let pause;
  area.addEventListener("input", () => {
    clearTimeout(pause);
    // A pause in typing: counting on each key is slow in long texts, and speaking on each key is noise.
    pause = setTimeout(() => {
      heard.textContent = say();
    }, 600);
  });
  say();
}
