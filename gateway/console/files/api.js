// Talks to the gateway, and holds who is signed in: the token lives in this page and in the tab's session storage only.

import { language, t } from "./texts.js";

const KEY = "nuanxin.token";
const TIMEOUT_MS = 15000;

let token = stored();
let access = {};
let me = null;
const kept = new Map();
export const session = { over: () => {} };

export class Problem extends Error {
  constructor(message, { status = 0, code = "NETWORK", id = "", seconds = 0 } = {}) {
    super(message);
    Object.assign(this, { status, code, id, seconds });
  }
}

export const signedIn = () => token !== null;
export const who = () => me;
export const may = (operation) => (access[operation] ?? []).some((role) => me?.roles.includes(role));

export async function loadAccess() {
  const answer = await fetch("/console/access.json");
  if (!answer.ok) throw new Error("access");
  access = await answer.json();
}

export async function signIn(login, password) {
  const answer = await request("POST", "/v1/sessions", { body: { login, password } });
  token = answer.access_token;
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // Then the session ends when the page is reloaded.
  }
}

export async function identify(signal) {
  me = await read("/v1/session", signal);
}

export function signOut(reason = "") {
  token = null;
  me = null;
  kept.clear();
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept there.
  }
  session.over(reason);
}

export const read = (path, signal) => request("GET", path, { signal });
export const ask = (path, body, signal) => request("POST", path, { body, signal });

// What was last read from an address, to be shown with its time while a service is away.
export const keep = (path, data) => kept.set(`${language()} ${path}`, { data, at: new Date() });
export const lastRead = (path) => kept.get(`${language()} ${path}`);

async function request(method, path, { body, signal } = {}) {
  const headers = { Accept: "application/json", "Accept-Language": language() === "zh" ? "zh-CN" : "en" };
  const mine = token;
  if (mine) headers.Authorization = `Bearer ${mine}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await send(path, { method, headers, body: body ? JSON.stringify(body) : undefined, cache: "no-store", credentials: "omit" }, signal);
  if (answer.ok) return answer.data;
  if (answer.status === 401 && mine && path !== "/v1/sessions") {
    // Only the session that was refused ends, not one that began meanwhile.
    if (mine === token) signOut("login_expired");
    throw new DOMException("The session is over", "AbortError");
  }
  const problem = answer.data ?? {};
  const seconds = Number(answer.seconds) || 0;
  const message = [problem.title || t("error_server"), ...(problem.errors ?? []).map((error) => error.message)].join(" ");
  throw new Problem(message, { status: answer.status, code: problem.code, id: answer.status >= 500 ? problem.correlation_id : "", seconds });
}

async function send(path, options, signal) {
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, TIMEOUT_MS);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const answer = await fetch(path, { ...options, signal: limit.signal });
    const data = /json/.test(answer.headers.get("Content-Type") ?? "") ? await answer.json() : null;
    if (answer.ok && data === null) throw new Problem(t("error_server"), { status: 502 });
    return { ok: answer.ok, status: answer.status, data, seconds: answer.headers.get("Retry-After") };
  } catch (error) {
    if (signal?.aborted) throw new DOMException("Nobody waits any longer", "AbortError");
    throw error instanceof Problem ? error : new Problem(t("error_network"));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
