// Shows a field only when another one has a given value: data-shown-when="show_as=name,organization".
const fields = [...document.querySelectorAll("[data-shown-when]")].map((field) => {
  const [name, values] = field.dataset.shownWhen.split("=");
  return { field, name, values: values.split(",") };
});

const update = () => {
  for (const { field, name, values } of fields) {
    const form = field.closest("form");
    const chosen = form ? new FormData(form).getAll(name) : [];
    field.hidden = !chosen.some((value) => values.includes(value));
  }
};

addEventListener("change", update);
addEventListener("pageshow", update);
update();
