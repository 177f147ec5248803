/**
 * Drafts: messages that are written and not sent, stored for each conversation and each tab of this browser.
 *
 * Texts are in local storage, which survives a reload and a crash; pictures, and texts that are too long for it, in
 * IndexedDB. The draft of a closed tab goes to the next tab that opens its conversation and has none.
 */

import type { Problem } from "../channel/messages";
import type { Picture } from "./files";
import { newId } from "./id";
import { afterAnother, alone, openTabs, tab } from "./tab";

export interface Content {
  readonly text: string;
  readonly pictures: readonly Picture[];
}

/** A message that has left the box, and that the server has not confirmed yet. */
export interface Unsent extends Content {
  readonly id: string;
  /** The last turns of its conversations when it was sent; null where it was not sent, or was given back. */
  readonly behind: readonly string[] | null;
  /** Why it was given back, where that needs to be said. */
  readonly why: Problem | null;
}

export interface Draft extends Content {
  readonly unsent: readonly Unsent[];
}

interface Stored {
  readonly at: number;
  readonly text: string;
  /** The key of the whole draft in IndexedDB, where this is not all of it. */
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

export function isEmpty(content: Content): boolean {
  return content.text === "" && content.pictures.length === 0;
}

/** Stores a draft in place of the one before; an empty one is removed. */
export function saveDraft(key: string, draft: Draft): void {
  if (isEmpty(draft) && draft.unsent.length === 0) {
    removeDraft(key);
    return;
  }
  const contents = [draft, ...draft.unsent];
  const length = contents.reduce((sum, { text }) => sum + text.length, 0);
  const short = length <= LONGEST;
  const before = readStored(storageKey(key))?.more ?? null;
  const more = !short || contents.some(({ pictures }) => pictures.length > 0) ? (before ?? newId()) : null;
  const stored: Stored = {
    at: Date.now(),
    text: short ? draft.text : "",
    more,
    messages: short ? draft.unsent.map(({ id, text, behind, why }) => ({ id, text, behind, why })) : [],
  };
  try {
    localStorage.setItem(storageKey(key), JSON.stringify(stored));
  } catch {
    return; // Full, or not allowed here: the draft lives as long as the page.
  }
  if (more !== null) void inDatabase("readwrite", (store) => store.put(draft, more));
  else if (before !== null) void inDatabase("readwrite", (store) => store.delete(before));
  dropOldest();
}

/** Removes this tab's draft. */
export function removeDraft(key: string): void {
  drop(storageKey(key));
}

/** Changes the unsent messages of a conversation, and leaves its draft as it is. */
export async function changeUnsent(
  key: string,
  change: (unsent: readonly Unsent[]) => readonly Unsent[],
): Promise<void> {
  const draft = await readWhole(storageKey(key));
  saveDraft(key, { ...draft, unsent: change(draft.unsent) });
}

/** This tab's draft as far as it is available at once: without pictures and long texts. */
export function peekDraft(key: string): Draft {
  const stored = readStored(storageKey(key));
  return stored === null ? NOTHING : withoutPictures(stored);
}

/** This tab's whole draft, or else the newest one that a closed tab has left. */
export async function restoreDraft(key: string): Promise<Draft> {
  const ofOthers = (): string[] => names().filter((name) => keyOf(name) === key && tabOf(name) !== tab);
  if (readStored(storageKey(key)) === null && ofOthers().length > 0) {
    await alone("pg-drafts", async () => {
      const open = await openTabs();
      const left = byAge(ofOthers().filter((name) => !open.has(tabOf(name)) && readStored(name) !== null)).at(-1);
      if (left !== undefined && readStored(storageKey(key)) === null) move(left);
    });
  }
  return readWhole(storageKey(key));
}

async function readWhole(name: string): Promise<Draft> {
  const stored = readStored(name);
  if (stored === null) return NOTHING;
  const { more } = stored;
  const found = more === null ? undefined : await inDatabase("readonly", (store) => store.get(more));
  return (found as Draft | undefined) ?? withoutPictures(stored);
}

function withoutPictures({ text, messages = [] }: Stored): Draft {
  return { text, pictures: [], unsent: messages.map((message) => ({ ...message, pictures: [] })) };
}

function storageKey(key: string): string {
  return `${PREFIX}${tab} ${key}`;
}

function tabOf(name: string): string {
  return name.slice(PREFIX.length).split(" ", 1)[0] ?? "";
}

function keyOf(name: string): string {
  return name.slice(PREFIX.length + tabOf(name).length + 1);
}

/** The storage keys of all drafts in this browser. */
function names(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return []; // not allowed here
  }
}

function readStored(name: string): Stored | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as Stored | null;
  } catch {
    return null;
  }
}

/** Gives a draft to this tab. */
function move(name: string): void {
  const stored = localStorage.getItem(name);
  localStorage.removeItem(name);
  if (stored !== null) localStorage.setItem(storageKey(keyOf(name)), stored);
}

function drop(name: string): void {
  const more = readStored(name)?.more ?? null;
  try {
    localStorage.removeItem(name);
  } catch {
    return;
  }
  if (more !== null) void inDatabase("readwrite", (store) => store.delete(more));
}

/** The oldest first. */
function byAge(drafts: readonly string[]): string[] {
  const dated = drafts.map((name) => ({ name, at: readStored(name)?.at ?? 0 }));
  return dated.sort((one, other) => one.at - other.at).map(({ name }) => name);
}

/** Drops the oldest drafts where there are too many, of whichever tab. */
function dropOldest(): void {
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
