// A form with data-upload (the largest file in bytes) sends its files one after the other, says how far each is,
// and lets each be stopped. Its words stand in the data of the list below it. Without script it is a plain form.
const going = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-upload]");
  const input = form?.querySelector("input[type=file]");
  if (!input?.files.length) return;
  event.preventDefault();
  if (!going.has(form)) sendAll(form, input, form.querySelector("[data-uploads]"));
});

addEventListener("beforeunload", (event) => going.size && event.preventDefault());

async function sendAll(form, input, list) {
  going.add(form);
  list.replaceChildren();
  const rows = [...input.files].map((file) => row(list, file));
  let to = "", wrong = 0;
  for (const each of rows) {
    const found = each.stopped ? { said: list.dataset.stopped } : await send(form, input.name, each, list.dataset);
    each.end(found.to !== undefined ? list.dataset.added : found.said, found.to === undefined);
    wrong += found.to === undefined;
    to = found.to ?? to;
  }
  going.delete(form);
  input.value = "";
  if (wrong) {
    if (to && document.getElementById("list")) window.htmx.ajax("GET", location.href, { target: "#list" });
    return rows.find((each) => each.wrong).element.focus();
  }
  if (form.querySelector("input[type=checkbox]:checked")) form.requestSubmit();
  else location.assign(to || location.href);
}

// One line of the list: the name, how far it is, and a button that stops it.
function row(list, file) {
  const element = list.parentElement.querySelector("template").content.firstElementChild.cloneNode(true);
  const [name, bar, words, stop] = ["b", "progress", "small", "button"].map((it) => element.querySelector(it));
  name.textContent = file.name;
  bar.setAttribute("aria-label", file.name);
  stop.setAttribute("aria-label", `${stop.textContent}: ${file.name}`);
  words.textContent = list.dataset.waiting;
  list.append(element);
  const found = {
    file, element, stopped: false, wrong: false,
    at(part, said) {
      bar.value = part;
      words.textContent = said;
    },
    end(said, wrong) {
      bar.hidden = stop.hidden = true;
      words.textContent = said;
      words.className = wrong ? "bad" : "soft";
      found.wrong = wrong;
      element.tabIndex = -1;
    },
  };
  stop.addEventListener("click", () => {
    found.stopped = true;
    found.request?.abort();
  });
  return found;
}

// Sends one file; gives where to go on (`to`), or what is wrong (`said`).
function send(form, field, each, words) {
  if (each.file.size > Number(form.dataset.upload)) return { said: words.large };
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append(field, each.file);
  const request = new XMLHttpRequest();
  each.request = request;
  return new Promise((answer) => {
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = ({ loaded, total }) => {
      const done = loaded / total;
      each.at(done, done < 1 ? `${Math.floor(done * 100)} %` : words.looking);
    };
    request.onload = () => answer(read(request, words, each.file.name));
    request.onerror = () => answer({ said: words.cut });
    request.onabort = () => answer({ said: words.stopped });
    request.send(body);
  });
}

function read(request, words, name) {
  if (request.status === 204) return { to: request.getResponseHeader("HX-Redirect") ?? "" };
  if (request.status === 422) return { said: request.responseText.replace(`${name}: `, "") };
  const known = { 400: words.cut, 413: words.large, 507: words.full };
  return { said: known[request.status] ?? words.lost };
}
