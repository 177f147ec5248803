import type { StateInline } from "markdown-it";

const WEB = /^https?:\/\/(?:[^\s/?#\\@]*@)?([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?(?=[/?#]|$)/i;
const MAIL = /^mailto:([^\s?@]+@[^\s?@]+)(?:\?\S*)?$/i;
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=%]*$/i;
const PLACE = /^#/;
const NAMED = /^(?:https?:\/\/)?([a-z0-9._-]+(?::\d{1,5})?)(?:[/?#]\S*)?$/i;
const OF_NUMBERS = /^(?:.*\.)?(?:0x[0-9a-f]*|\d+)\.?$/i;
const ADDRESS = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
/** Longer pictures are not shown. */
const PICTURE_LENGTH = 2_000_000;

/** Where a link leads, for a person: the host as the browser asks for it, or an address of mail; null where it leads nowhere. */
export function hostOf(href: string): string | null {
  const web = WEB.exec(href);
  if (web === null) return MAIL.exec(href)?.[1] ?? null;
  const name = (web[1] ?? "").toLowerCase();
  // A browser reads 0x7f.1 and 2130706433 as addresses, so that the name shown would not be where it leads.
  if (OF_NUMBERS.test(name) && !ADDRESS.test(name)) return null;
  return name + (web[2] ?? "");
}

export const isPicture = (href: string): boolean => PICTURE.test(href.slice(0, PICTURE_LENGTH + 1));
export const isShownPicture = (href: string): boolean => href.length <= PICTURE_LENGTH && PICTURE.test(href);

/** Whether the destination of a link or picture is one that the rules read as such; otherwise it is text. */
export const isDestination = (href: string): boolean => hostOf(href) !== null || PLACE.test(href) || isPicture(href);

/** Whether the text of a link says itself which host it leads to. */
export function saysHost(text: string, host: string): boolean {
  const named = NAMED.exec(text.trim())?.[1]?.toLowerCase();
  return text.trim().replace(/^mailto:/i, "") === host || (named !== undefined && bare(named) === bare(host));
}

const bare = (host: string): string => host.replace(/^www\./, "");

const ADDRESS_END = /[\s<>"`\\|]|[^\p{L}\p{N}\p{M}\x21-\x7e]/u;
const TRAILING = /[?!.,:;*_~'")\]}]/;
const NO_HOST = /^[^\s/?#]*:\//;
const SCHEME = /(?:^|[^a-z0-9])(https?)$/i;
/** What is longer is no address that somebody would follow. */
const ADDRESS_LENGTH = 2_000;

/** An address with its scheme, as it stands in the text, is a link; `example.com` or `README.md` is none. */
export function bareAddress(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src.charCodeAt(pos) !== 0x3a || state.linkLevel > 0 || !src.startsWith("://", pos)) return false;
  const scheme = SCHEME.exec(state.pending.slice(-6))?.[1];
  if (scheme === undefined || NO_HOST.test(src.slice(pos + 3, pos + 305))) return false;
  const rest = src.slice(pos, Math.min(posMax, pos + ADDRESS_LENGTH));
  const end = rest.search(ADDRESS_END);
  const url = scheme + withoutTrailing(end < 0 ? rest : rest.slice(0, end));
  const href = state.md.normalizeLink(url);
  if (url.length <= scheme.length + 3 || hostOf(href) === null) return false;
  if (!silent) {
    state.pending = state.pending.slice(0, -scheme.length);
    state.push("link_open", "a", 1).attrs = [["href", href]];
    state.push("text", "", 0).content = url;
    state.push("link_close", "a", -1);
  }
  state.pos += url.length - scheme.length;
  return true;
}

/** Marks at the end of an address belong to the sentence; a bracket does unless it was opened within. */
function withoutTrailing(url: string): string {
  let end = url.length;
  while (end > 0 && TRAILING.test(url[end - 1] ?? "")) {
    if (url[end - 1] === ")" && count(url, "(", end) >= count(url, ")", end)) break;
    end--;
  }
  return url.slice(0, end);
}

function count(text: string, sign: string, end: number): number {
  let found = 0;
  for (let at = 0; at < end; at++) if (text[at] === sign) found++;
  return found;
}
