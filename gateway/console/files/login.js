// The way in.

import { identify, Problem, signIn } from "./api.js";
import { fill, h } from "./dom.js";
import { t } from "./texts.js";

export function loginView(reason, entered) {
  const login = h("input", { id: "login", name: "username", type: "text", autocomplete: "username", autocapitalize: "none", spellcheck: "false", maxlength: "64", required: true });
  const password = h("input", { id: "password", name: "password", type: "password", autocomplete: "current-password", maxlength: "200", required: true });
  const button = h("button", { type: "submit", class: "primary wide" }, t("login_go"));
  const message = h("div", { id: "login-message", "aria-live": "assertive" });
  const show = h("input", { type: "checkbox", id: "show", change: () => (password.type = show.checked ? "text" : "password") });

  async function submit(event) {
    event.preventDefault();
    if (button.disabled) return;
    if (!login.value.trim() || !password.value) {
      say(t("login_missing"));
      (login.value.trim() ? password : login).focus();
      return;
    }
    button.disabled = true;
    button.textContent = t("login_busy");
    fill(message);
    try {
      await signIn(login.value.trim(), password.value);
      await identify();
      password.value = "";
      entered();
    } catch (error) {
      if (!(error instanceof Problem) && error.name !== "AbortError") throw error;
      say(error.message);
      password.focus();
      password.select();
    } finally {
      button.disabled = false;
      button.textContent = t("login_go");
    }
  }

  function say(text) {
    fill(message, h("p", { class: "error" }, text));
  }

  const form = h(
    "form",
    { class: "card login", novalidate: true, submit },
    h("h1", { tabindex: "-1" }, t("login_heading")),
    reason && h("p", { class: "notice", role: "status" }, t(reason)),
    message,
    h("label", { for: "login" }, t("login_name")),
    login,
    h("label", { for: "password" }, t("login_password")),
    password,
    h("label", { class: "check", for: "show" }, show, t("login_show")),
    button,
  );
  login.setAttribute("aria-describedby", "login-message");
  password.setAttribute("aria-describedby", "login-message");
  setTimeout(() => form.isConnected && login.focus(), 0);
  return h(
    "div",
    { class: "entrance" },
    h("div", { class: "welcome" }, h("img", { src: "/console/icon.svg", alt: "", width: "72", height: "72" }), h("p", { class: "brand" }, t("title"), h("span", {}, t("place"))), h("p", {}, t("tagline"))),
    form,
  );
}
