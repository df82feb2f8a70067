// Words, dates and numbers in the reader's language; Chinese unless they chose English.

const KEY = "nuanxin.language";
const ZONE = "Asia/Shanghai";
const LOCALES = { zh: "zh-CN", en: "en-GB" };

let texts = {};
let current = remembered();

export const language = () => current;
export const locale = () => LOCALES[current];

export async function loadTexts(wanted = current) {
  const answer = await fetch(`/console/texts_${wanted}.json`);
  if (!answer.ok) throw new Error("texts");
  texts = await answer.json();
  current = wanted;
  document.documentElement.lang = locale();
  try {
    localStorage.setItem(KEY, wanted);
  } catch {
    // Where the browser keeps nothing, the choice holds until the page is closed.
  }
}

// A text with a bar has one form for one thing and another for none or many; `n` says how many.
export function t(key, values = {}) {
  const text = texts[key]?.split("|").at(values.n === 1 ? 0 : -1);
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// A code that nobody wrote a word for is shown as it is rather than left out.
export const word = (group, code) => texts.codes?.[group]?.[code] ?? code;
export const words = (group, codes) => (codes ?? []).map((code) => word(group, code)).join(t("list_comma"));
export const codesOf = (group) => Object.keys(texts.codes?.[group] ?? {});
export const join = (parts) => parts.filter(Boolean).join(t("list_comma"));

export function day(value) {
  if (!value) return t("unknown");
  return format(new Date(`${value}T12:00:00+08:00`), { dateStyle: "medium" });
}

export function time(value) {
  if (!value) return t("unknown");
  return format(new Date(value), { dateStyle: "medium", timeStyle: "short" });
}

export const clock = (value) => format(value, { timeStyle: "short" });
export const number = (value) => new Intl.NumberFormat(locale()).format(value ?? 0);

export function born(value, precision) {
  if (!value) return t("unknown");
  const parts = { YEAR: { year: "numeric" }, ESTIMATED: { year: "numeric" }, MONTH: { year: "numeric", month: "long" } }[precision] ?? { dateStyle: "medium" };
  const text = format(new Date(`${value}T12:00:00+08:00`), parts);
  return precision === "ESTIMATED" ? `${t("resident_born_about")} ${text}` : text;
}

function format(date, options) {
  if (Number.isNaN(date.getTime())) return t("unknown");
  return new Intl.DateTimeFormat(locale(), { timeZone: ZONE, ...options }).format(date);
}

function remembered() {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "zh";
  } catch {
    return "zh";
  }
}
