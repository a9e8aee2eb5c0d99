// What pages do beyond what forms and links can: the colours, news as they come, and a word when something does not come. Loaded before
// the page is drawn, so that a chosen theme does not flash; no script stands within a page (its policy forbids it).
(() => {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;

  // After so long a stream that the browser has given up is asked for again.
  const AGAIN_MS = 15_000;

  const trouble = (which, words) => {
    const line = document.getElementById("trouble");
    if (!line) return;
    line.textContent = which ? words ?? line.dataset[which] : "";
    line.hidden = !which;
    line.dataset.which = which ?? "";
  };
  const over = (which) => {
    if (document.getElementById("trouble")?.dataset.which === which) trouble(null);
  };

  const listen = (part) => {
    let news = null;
    let later = null;
    const look = () => part.dispatchEvent(new Event("changed"));
    const close = () => {
      news?.close();
      news = null;
      clearTimeout(later);
    };
    const open = () => {
      close();
      news = new EventSource(part.dataset.live);
      news.addEventListener("open", () => over("lost"));
      news.addEventListener("changed", look);
      news.addEventListener("error", () => {
        trouble("lost");
        if (news.readyState !== EventSource.CLOSED) return;
        // It was refused: by a desk that starts again, or because the session is over. Looking tells which.
        look();
        later = setTimeout(open, AGAIN_MS);
      });
    };
    // Browsers allow six streams to a host at a time (HTTP/1.1): a page that nobody looks at holds none.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return close();
      look();
      open();
    });
    addEventListener("pagehide", close);
    addEventListener("pageshow", (event) => {
      if (event.persisted && !document.hidden) open();
    });
    if (!document.hidden) open();
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

    // What htmx does not put into the page is told all the same.
    document.body.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
      const plain = xhr.getResponseHeader("content-type")?.startsWith("text/plain");
      trouble("failed", (plain && xhr.responseText) || undefined);
    });
    document.body.addEventListener("htmx:sendError", () => trouble("unsent"));
    document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
      if (!detail.successful) return;
      over("failed");
      over("unsent");
    });

    // A second click sends nothing twice; a form that is answered with a file stays, and may be sent again.
    for (const form of document.querySelectorAll("form[method=post]:not([data-again])")) {
      form.addEventListener("submit", (event) => {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = "yes";
      });
    }
    addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  });
})();
