// The report on a conversation: a click on a time plays the recording from there.
const media = document.getElementById("media");

for (const element of document.querySelectorAll("[data-at]")) {
  element.addEventListener("click", () => {
    const at_s = Number(element.getAttribute("data-at"));
    if (media instanceof HTMLMediaElement && Number.isFinite(at_s)) {
      media.currentTime = at_s;
      media.play();
    }
  });
}

for (const dot of document.querySelectorAll("[data-colour]")) {
  if (dot instanceof HTMLElement) dot.style.background = dot.dataset.colour ?? "";
}
