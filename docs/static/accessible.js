// The theme's arrows, which open a part of the list of pages, have no name of their own.
"use strict";

for (const arrow of document.querySelectorAll(".bd-sidebar-primary summary")) {
  const entry = arrow.closest("li").querySelector("a").textContent.trim();
  arrow.setAttribute("aria-label", `Pages under ${entry}`);
}

// The theme's logo, which leads to the first page, stands in no landmark.
const logo = document.querySelector(".bd-sidebar-primary .navbar-brand").parentElement;
logo.setAttribute("role", "navigation");
logo.setAttribute("aria-label", "First page");
