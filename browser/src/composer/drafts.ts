/**
 * What was written and not sent, kept for each conversation and each tab in this browser.
 *
 * Words are in local storage, which a reload and a crash leave alone; what is too large for it, and pictures, in IndexedDB.
 * The draft of a tab that is no longer open goes to the next tab that opens the conversation and has none.
 */

import type { Problem } from "../channel/messages";
import type { Picture } from "./files";
import { newId } from "./id";
import { afterAnother, alone, openTabs, tab } from "./tab";

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
  readonly text: string;
  /** What the whole is called in IndexedDB, where this is not all. */
  readonly more: string | null;
  readonly messages?: readonly Omit<Unsent, "pictures">[];
}

const PREFIX = "pg-draft ";
const MOST_DRAFTS = 60;
const LONGEST = 300_000;
export const NOTHING: Draft = { text: "", pictures: [], unsent: [] };

afterAnother((before) => {
  for (const name of names()) if (tabOf(name) === before) move(name);
});

export function isEmpty(words: Words): boolean {
  return words.text === "" && words.pictures.length === 0;
}

/** Keeps a draft in place of the one before; one without anything in it is forgotten. */
export function keep(key: string, draft: Draft): void {
  if (isEmpty(draft) && draft.unsent.length === 0) {
    forget(key);
    return;
  }
  const words = [draft, ...draft.unsent];
  const length = words.reduce((sum, one) => sum + one.text.length, 0);
  const short = length <= LONGEST;
  const before = peek(own(key))?.more ?? null;
  const more = !short || words.some((one) => one.pictures.length > 0) ? (before ?? newId()) : null;
  const kept: Kept = {
    at: Date.now(),
    text: short ? draft.text : "",
    more,
    messages: short ? draft.unsent.map(({ id, text, behind, why }) => ({ id, text, behind, why })) : [],
  };
  try {
    localStorage.setItem(own(key), JSON.stringify(kept));
  } catch {
    return; // Full, or not allowed here: the draft lives as long as the page.
  }
  if (more !== null) void inDatabase("readwrite", (store) => store.put(draft, more));
  else if (before !== null) void inDatabase("readwrite", (store) => store.delete(before));
  bound();
}

/** Forgets the draft that this tab has. */
export function forget(key: string): void {
  drop(own(key));
}

/** Changes which messages of a conversation are unsent, and leaves its draft as it is. */
export async function changeUnsent(
  key: string,
  change: (unsent: readonly Unsent[]) => readonly Unsent[],
): Promise<void> {
  const draft = await whole(own(key));
  keep(key, { ...draft, unsent: change(draft.unsent) });
}

/** The words of this tab's draft, as far as they are at hand at once. */
export function wordsOf(key: string): Draft {
  const kept = peek(own(key));
  return kept === null ? NOTHING : inShort(kept);
}

/** The whole draft of this tab, or else the last one that a closed tab has left. */
export async function recall(key: string): Promise<Draft> {
  const ofOthers = (): string[] => names().filter((name) => keyOf(name) === key && tabOf(name) !== tab);
  if (peek(own(key)) === null && ofOthers().length > 0) {
    await alone("pg-drafts", async () => {
      const open = await openTabs();
      const left = byAge(ofOthers().filter((name) => !open.has(tabOf(name)) && peek(name) !== null)).at(-1);
      if (left !== undefined && peek(own(key)) === null) move(left);
    });
  }
  return whole(own(key));
}

async function whole(name: string): Promise<Draft> {
  const kept = peek(name);
  if (kept === null) return NOTHING;
  const { more } = kept;
  const found = more === null ? undefined : await inDatabase("readonly", (store) => store.get(more));
  return (found as Draft | undefined) ?? inShort(kept);
}

function inShort({ text, messages = [] }: Kept): Draft {
  return { text, pictures: [], unsent: messages.map((one) => ({ ...one, pictures: [] })) };
}

function own(key: string): string {
  return `${PREFIX}${tab} ${key}`;
}

function tabOf(name: string): string {
  return name.slice(PREFIX.length).split(" ", 1)[0] ?? "";
}

function keyOf(name: string): string {
  return name.slice(PREFIX.length + tabOf(name).length + 1);
}

/** Those of all drafts in this browser. */
function names(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return []; // not allowed here
  }
}

function peek(name: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

/** Makes a draft this tab's. */
function move(name: string): void {
  const kept = localStorage.getItem(name);
  localStorage.removeItem(name);
  if (kept !== null) localStorage.setItem(own(keyOf(name)), kept);
}

function drop(name: string): void {
  const more = peek(name)?.more ?? null;
  try {
    localStorage.removeItem(name);
  } catch {
    return;
  }
  if (more !== null) void inDatabase("readwrite", (store) => store.delete(more));
}

/** The oldest first. */
function byAge(drafts: readonly string[]): string[] {
  const dated = drafts.map((name) => ({ name, at: peek(name)?.at ?? 0 }));
  return dated.sort((one, other) => one.at - other.at).map(({ name }) => name);
}

/** The oldest drafts go where there are too many, whichever tab they are of. */
function bound(): void {
  const all = names();
  if (all.length > MOST_DRAFTS) for (const name of byAge(all).slice(0, -MOST_DRAFTS)) drop(name);
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
