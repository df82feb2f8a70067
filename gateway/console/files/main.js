// Starts the page, and shows the view that the address names.

import { identify, loadAccess, may, Problem, session, signedIn, signOut, who } from "./api.js";
import { dayView } from "./day.js";
import { fill, h } from "./dom.js";
import { homeView } from "./home.js";
import { ledgerView } from "./ledger.js";
import { loginView } from "./login.js";
import { failure } from "./parts.js";
import { peopleView } from "./people.js";
import { residentView } from "./resident.js";
import { language, loadTexts, t, words } from "./texts.js";

const header = document.getElementById("header");
const main = document.getElementById("main");
const footer = document.getElementById("footer");

const VIEWS = [
  [/^\/?$/, "nav_home", homeView, () => may("GET /v1/dashboard") || may("GET /v1/brief")],
  [/^\/day$/, "nav_day", dayView, hasDay],
  [/^\/people$/, "nav_people", peopleView, () => may("GET /v1/people")],
  [/^\/people\/([0-9A-Za-z]{26})$/, "nav_people", residentView, () => may("GET /v1/people/{person_id}/page")],
  [/^\/ledgers\/(census|visits|learning)$/, "nav_home", ledgerView, (name) => may(`GET /v1/ledgers/${name}/gaps`)],
];

let page = new AbortController();

function hasDay() {
  return Boolean(who()?.staff_id) && may("GET /v1/me/day");
}

function show({ focus = true, reason = "" } = {}) {
  page.abort();
  page = new AbortController();
  if (!signedIn()) {
    frame();
    fill(main, loginView(reason, () => show()));
    document.title = `${t("login_heading")} · ${t("title")}`;
    return;
  }
  if (!who()) {
    remember();
    return;
  }
  const [path, query] = location.hash.replace(/^#/, "").split("?");
  for (const [pattern, nav, view, allowed] of VIEWS) {
    const match = pattern.exec(path);
    if (!match) continue;
    frame(nav);
    const content = allowed(...match.slice(1)) ? view({ params: match.slice(1), query: new URLSearchParams(query), signal: page.signal, titled }) : sorry("not_yours");
    fill(main, content);
    arrive(focus);
    return;
  }
  frame();
  fill(main, sorry("not_found", "not_found_hint"));
  arrive(focus);
}

// The page was reloaded in a tab that is signed in: ask who it was.
async function remember() {
  const { signal } = page;
  frame();
  fill(main, h("p", { class: "loading", role: "status" }, t("loading")));
  try {
    await identify(signal);
    if (!signal.aborted) show({ focus: false });
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    fill(main, failure(error, () => show()));
  }
}

function sorry(title, hint) {
  return h("div", { class: "card" }, h("h1", { tabindex: "-1" }, t(title)), hint && h("p", {}, t(hint)), h("p", {}, h("a", { href: "#/" }, t("nav_home"))));
}

function arrive(focus) {
  const heading = main.querySelector("h1");
  titled(heading?.textContent ?? "");
  if (!focus) return;
  window.scrollTo(0, 0);
  heading?.focus({ preventScroll: true });
}

function titled(text) {
  document.title = text ? `${text} · ${t("title")}` : t("title");
}

function frame(current = "") {
  const me = signedIn() ? who() : null;
  const link = (href, name) => h("a", { href, "aria-current": name === current ? "page" : null }, t(name));
  const skip = (event) => {
    // The fragment of the address names the view, so the jump is made by hand.
    event.preventDefault();
    main.focus();
  };
  fill(
    header,
    h("a", { class: "skip", href: "#/", click: skip }, t("skip")),
    h(
      "div",
      { class: "bar" },
      h("a", { class: "brand", href: "#/" }, h("img", { src: "/console/icon.svg", alt: "", width: "36", height: "36" }), t("title"), h("span", {}, t("place"))),
      me && h("nav", { "aria-label": t("nav") }, link("#/", "nav_home"), hasDay() && link("#/day", "nav_day"), may("GET /v1/people") && link("#/people", "nav_people")),
      h(
        "div",
        { class: "user" },
        me && h("span", { class: "me", title: words("role", me.roles) }, me.display_name),
        h("button", { type: "button", class: "quiet", id: "language", lang: language() === "zh" ? "en" : "zh-CN", click: switchLanguage }, t("language_other")),
        me && h("button", { type: "button", class: "quiet", id: "sign-out", click: () => signOut("login_out") }, t("sign_out")),
      ),
    ),
  );
  fill(footer, h("p", {}, t("title"), " · ", t("tagline"), " · ", h("a", { href: "/docs" }, t("nav_docs"))));
}

async function switchLanguage(event) {
  event.target.disabled = true;
  try {
    await loadTexts(language() === "zh" ? "en" : "zh");
  } catch {
    event.target.disabled = false;
    return;
  }
  show({ focus: false });
  document.getElementById("language").focus();
}

session.over = (reason) => show({ reason });
window.addEventListener("hashchange", () => show());

Promise.all([loadTexts(), loadAccess()]).then(
  () => show({ focus: false }),
  // Without texts there is only what this file can say itself.
  () => fill(main, h("p", { class: "notice" }, "页面没有读全。请检查网络，然后刷新。 The page did not load completely. Check the network and reload.")),
);
