// Sliders on a page without a kernel: every picture was drawn when the site was made. The place of a
// slider names a script that calls coursekitFrames with the pictures; it is loaded when needed.
"use strict";

const sliders = new Map();

function coursekitFrames(name, frames) {
  sliders.get(name)(frames);
}

for (const place of document.querySelectorAll(".slider[data-frames]")) {
  const picture = place.nextElementSibling;
  const name = place.dataset.frames.split("/").pop();
  sliders.set(name, (frames) => {
    const label = document.createElement("label");
    const range = document.createElement("input");
    const value = document.createElement("output");
    range.type = "range";
    range.min = 0;
    range.max = frames.pictures.length - 1;
    range.value = frames.initial;
    const say = () => {
      value.textContent = frames.labels[range.value];
      range.setAttribute("aria-valuetext", value.textContent);
    };
    range.addEventListener("input", () => {
      const open = picture.querySelector("details")?.open;
      picture.innerHTML = frames.pictures[range.value];
      if (open) picture.querySelector("details").open = true;
      say();
    });
    say();
    label.append(frames.description, " ", range);
    place.append(label, " ", value);
  });
  const load = () => {
    const script = document.createElement("script");
    script.src = place.dataset.frames;
    document.head.append(script);
  };
  // Pictures of sliders that nobody scrolls to are not loaded.
  new IntersectionObserver((entries, observer) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      observer.disconnect();
      load();
    }
  }, { rootMargin: "600px" }).observe(picture);
}
