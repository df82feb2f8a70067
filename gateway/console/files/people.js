// Finding a resident: by name, phone or id, or from a list.

import { ask, lastRead, may, Problem, read } from "./api.js";
import { fill, h } from "./dom.js";
import { chip, coded, empty, failure, PAGE, pagedList, panel, tier } from "./parts.js";
import { clock, codesOf, day, number, t, word, words } from "./texts.js";

const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/i;
const FOUND = 20;

export function peopleView({ query, signal }) {
  const categories = codesOf("category").filter((code) => code !== "RESTRICTED");
  const care = may("GET /v1/care-recipients") ? ["care", "orphaned"] : [];
  const lists = [...care, "all", ...categories];
  let list = lists.includes(query.get("list")) ? query.get("list") : lists[0];

  const path = (cursor) => {
    const asked = new URLSearchParams({ limit: PAGE });
    if (list === "orphaned") asked.set("orphaned", "true");
    if (categories.includes(list)) asked.set("category", list);
    if (cursor) asked.set("cursor", cursor);
    return `/v1/${care.includes(list) ? "care-recipients" : "people"}?${asked}`;
  };

  function draw(page, refresh) {
    return [
      h("div", { class: "asof" }, h("span", {}, t("as_of_live", { time: clock(lastRead(path()).at) })), h("button", { type: "button", class: "quiet", "data-again": true, click: refresh }, t("refresh"))),
      page.items.length === 0
        ? empty(t("people_none"))
        : pagedList({ first: page, next: (cursor) => readPage(path(cursor), signal), key: (item) => item.id ?? item.person_id, row: care.includes(list) ? recipient : resident, signal }),
    ];
  }

  const select = h("select", { id: "list", change: choose });
  const name = (one) => (categories.includes(one) ? word("category", one) : t(`people_filter_${one}`));
  fill(select, lists.map((one) => h("option", { value: one, selected: one === list }, name(one))));

  function choose() {
    list = select.value;
    history.replaceState(null, "", `#/people?list=${list}`);
    content.refresh();
  }

  const content = panel(() => [path()], readPage, draw, signal);
  return [
    h("h1", { tabindex: "-1" }, t("people_heading")),
    search(signal),
    h("div", { class: "heading" }, h("h2", {}, t("people_list")), h("div", { class: "tools" }, h("label", { for: "list" }, t("people_filter")), select)),
    content,
  ];
}

// A list of people in care has ids only; the register says who they are.
async function readPage(path, signal) {
  const page = await read(path, signal);
  if (!path.startsWith("/v1/care-recipients")) return page;
  const items = await Promise.all(page.items.map(async (item) => ({ ...item, card: await cardOf(item.person_id, signal) })));
  return { ...page, items };
}

async function cardOf(id, signal) {
  try {
    return await read(`/v1/people/${id}/card`, signal);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return null;
  }
}

function search(signal) {
  const byWords = may("POST /v1/people/search");
  const input = h("input", { id: "search", type: "search", autocomplete: "off", maxlength: "80", enterkeyhint: "search", "aria-describedby": "search-hint" });
  const button = h("button", { type: "submit", class: "primary" }, t("people_search_go"));
  const result = h("div", { "aria-live": "polite" });

  async function submit(event) {
    event.preventDefault();
    if (button.disabled) return;
    const text = input.value.trim();
    if (!text) return say(t("people_search_empty"));
    if (ID.test(text)) {
      location.hash = `#/people/${text.toUpperCase()}`;
      return;
    }
    if (!byWords) return say(t("people_search_bad_id"));
    button.disabled = true;
    fill(result, h("p", { class: "loading" }, t("loading")));
    try {
      const phone = /^[+\d][\d\s()-]{2,}$/.test(text);
      const found = await ask("/v1/people/search", { [phone ? "phone" : "name"]: text, limit: FOUND }, signal);
      if (!signal.aborted) show(text, found.items);
    } catch (error) {
      if (signal.aborted || error.name === "AbortError") return;
      if (!(error instanceof Problem)) throw error;
      if (error.status === 422 || error.status === 400) say(error.message);
      else fill(result, failure(error, () => form.requestSubmit()));
    } finally {
      button.disabled = false;
    }
  }

  function say(text) {
    fill(result, h("p", { class: "error" }, text));
    input.focus();
  }

  function show(text, items) {
    if (items.length === 0) {
      fill(result, h("p", { class: "calm" }, t("people_found_none", { text })));
      return;
    }
    const many = items.length >= FOUND ? "people_found_limit" : "people_found";
    const rows = items.map((item) => h("li", {}, resident({ ...item, categories: item.classifications?.filter((one) => !one.until).map((one) => one.code) })));
    fill(result, h("p", {}, t(many, { count: number(items.length) })), h("ul", { class: "rows" }, rows));
  }

  const label = byWords ? "people_search_label" : "people_search_label_id";
  const hint = byWords ? "people_search_hint" : "people_search_hint_id";
  const form = h(
    "form",
    { class: "card search", role: "search", "aria-label": t("people_search"), novalidate: true, submit },
    h("label", { for: "search" }, t(label)),
    h("div", { class: "line" }, input, button),
    h("p", { class: "small", id: "search-hint" }, t(hint)),
    result,
  );
  return form;
}

function title(id, name, ...chips) {
  return h("p", { class: "row-title" }, h("a", { href: `#/people/${id}` }, name || t("no_name")), chips);
}

function resident(item) {
  return [
    title(item.id, item.name, item.life && item.life !== "ALIVE" && chip(word("life", item.life)), item.residency && item.residency !== "RESIDENT" && chip(word("residency", item.residency))),
    item.categories?.length > 0 && h("p", { class: "chips" }, item.categories.map((code) => coded("category", code))),
  ];
}

function recipient(item) {
  const card = item.card;
  return [
    title(item.person_id, card ? card.name : t("name_pending"), tier(item.tier), item.life !== "ALIVE" && chip(word("life", item.life))),
    h(
      "p",
      { class: "chips" },
      card?.age && chip(t("resident_years", { age: card.age })),
      card?.categories?.map((code) => coded("category", code)),
      item.lacks.length > 0 ? chip(t("people_lacks", { roles: words("pairing_role", item.lacks) }), item.lacks.includes("PRIMARY") ? "alert" : "warm") : chip(t("people_paired"), "good"),
      chip(item.last_contact_on ? t("people_last_contact", { date: day(item.last_contact_on) }) : t("people_no_contact")),
    ),
  ];
}
