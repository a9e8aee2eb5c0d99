// What pages do beyond what forms and links can: the colours, and news as they come. Loaded before the page is drawn, so that a chosen
// theme does not flash; no script stands within a page (its policy forbids it).
(() => {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;

  const listen = (part) => {
    const news = new EventSource(part.dataset.live);
    news.addEventListener("changed", () => part.dispatchEvent(new Event("changed")));
    // Without a session the answer is no stream, and the browser does not ask again.
    addEventListener("pagehide", () => news.close(), { once: true });
  };

  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        root.dataset.theme = dark() ? "light" : "dark";
        localStorage.setItem("theme", root.dataset.theme);
      });
    }
    // On a phone the places stand in a row that is wider than the page: the present one is to be seen.
    document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    document.querySelectorAll("[data-live]").forEach(listen);
    for (const select of document.querySelectorAll("select[data-submits]")) {
      select.addEventListener("change", () => select.form.requestSubmit());
    }
    // A second click sends nothing twice.
    for (const form of document.querySelectorAll("form[method=post]")) {
      form.addEventListener("submit", (event) => {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = "yes";
      });
    }
    addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  });
})();
