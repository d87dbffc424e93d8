// A one-time code counts down; when it counts no more the page says so and shows it no longer.
for (const box of document.querySelectorAll("[data-ends]")) {
  const ends = Date.now() + Number(box.dataset.ends) * 1000;
  const bar = box.querySelector("progress");
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    bar.value = left;
    box.querySelector("[data-left]").textContent = `${left} s`;
    if (left > 0) return;
    clearInterval(timer);
    box.querySelector("code").textContent = "– – –";
    bar.hidden = box.querySelector("[data-left]").hidden = true;
    box.querySelector("[data-over]").hidden = false;
  }, 250);
}
