/**
 * What was written and not sent, kept for each conversation in this browser.
 *
 * Words are in local storage, which a reload and a crash leave alone; what is too large for it, and pictures, in IndexedDB.
 * A draft that another open tab is writing stays that tab's.
 */

import type { Problem } from "../channel/messages";
import type { Picture } from "./files";

export interface Words {
  readonly text: string;
  readonly pictures: readonly Picture[];
}

/** Words that have left the box, and of which the server has not said that it has them. */
export interface Unsent extends Words {
  readonly id: string;
  /** At which turns the conversations ended when they left for the server; null where they have not left, or are back. */
  readonly behind: readonly string[] | null;
  /** Why they are back, where that is not clear. */
  readonly why: Problem | null;
}

export interface Draft extends Words {
  readonly unsent: readonly Unsent[];
}

interface Kept {
  readonly at: number;
  readonly tab: string;
  readonly text: string;
  /** The rest is in IndexedDB. */
  readonly more: boolean;
  readonly messages?: readonly Omit<Unsent, "pictures">[];
}

const PREFIX = "pg-draft ";
const MOST_DRAFTS = 60;
const LONGEST = 300_000;
export const NOTHING: Draft = { text: "", pictures: [], unsent: [] };

const tab = tabName();

export function isEmpty(words: Words): boolean {
  return words.text === "" && words.pictures.length === 0;
}

/** Keeps a draft in place of the one before; one without anything in it is forgotten. */
export function keep(key: string, draft: Draft): void {
  const name = PREFIX + key;
  if (isEmpty(draft) && draft.unsent.length === 0) {
    forget(key);
    return;
  }
  const words = [draft, ...draft.unsent];
  const length = words.reduce((sum, one) => sum + one.text.length, 0);
  const more = length > LONGEST || words.some((one) => one.pictures.length > 0);
  const short = length <= LONGEST;
  const kept: Kept = {
    at: Date.now(),
    tab,
    text: short ? draft.text : "",
    more,
    messages: short ? draft.unsent.map(({ id, text, behind, why }) => ({ id, text, behind, why })) : [],
  };
  if (more) void inDatabase("readwrite", (store) => store.put(draft, key));
  try {
    localStorage.setItem(name, JSON.stringify(kept));
    bound();
  } catch {
    // Full, or not allowed here: the draft lives as long as the page.
  }
}

export function forget(key: string): void {
  const before = peek(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    return;
  }
  if (before?.more) void inDatabase("readwrite", (store) => store.delete(key));
}

/** Changes which messages of a conversation are unsent, and leaves its draft as it is. */
export async function changeUnsent(
  key: string,
  change: (unsent: readonly Unsent[]) => readonly Unsent[],
): Promise<void> {
  const draft = await recall(key);
  keep(key, { ...draft, unsent: change(draft.unsent) });
}

/** The words of a draft, as far as they are at hand at once. */
export function wordsOf(key: string): Draft {
  const kept = peek(key);
  if (kept === null || kept.tab !== tab) return NOTHING;
  return inShort(kept);
}

/** The whole draft, unless a tab that is still open writes it. */
export async function recall(key: string): Promise<Draft> {
  const kept = peek(key);
  if (kept === null || (kept.tab !== tab && (await isOpen(kept.tab)))) return NOTHING;
  if (kept.more) {
    const whole = (await inDatabase("readonly", (store) => store.get(key))) as Draft | undefined;
    if (whole !== undefined) return whole;
  }
  return inShort(kept);
}

function inShort({ text, messages = [] }: Kept): Draft {
  return { text, pictures: [], unsent: messages.map((one) => ({ ...one, pictures: [] })) };
}

function peek(key: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

/** The oldest drafts go where there are too many. */
function bound(): void {
  const keys = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  if (keys.length <= MOST_DRAFTS) return;
  const drafts = keys.map((name) => name.slice(PREFIX.length)).map((key) => ({ key, at: peek(key)?.at ?? 0 }));
  drafts.sort((one, other) => one.at - other.at);
  for (const { key } of drafts.slice(0, drafts.length - MOST_DRAFTS)) forget(key);
}

/** The name of this tab, the same after a reload; a lock of that name says that the tab is open. */
function tabName(): string {
  let name = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  try {
    name = sessionStorage.getItem("pg-tab") ?? name;
    sessionStorage.setItem("pg-tab", name);
  } catch {
    // Not allowed here.
  }
  void navigator.locks?.request(PREFIX + name, () => new Promise(() => {}));
  return name;
}

async function isOpen(name: string): Promise<boolean> {
  const held = (await navigator.locks?.query())?.held ?? [];
  return held.some((lock) => lock.name === PREFIX + name);
}

let database: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  database ??= new Promise((done, failed) => {
    const request = indexedDB.open("pg-drafts", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts");
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  return database;
}

async function inDatabase(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  try {
    const request = use((await open()).transaction("drafts", mode).objectStore("drafts"));
    return await new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  } catch {
    return undefined; // without a database, pictures live as long as the page
  }
}
