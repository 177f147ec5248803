import { afterEach, beforeEach, expect, test } from "vitest";
import { type EntriesData, type EntryView, mountHistory } from "../../src/history/entries";

let place: HTMLElement;
let triggered: [string, unknown][];

beforeEach(() => {
  place = document.createElement("div");
  document.body.append(place);
  triggered = [];
});
afterEach(() => document.body.replaceChildren());

const view = (entry: string, more: Partial<EntryView> = {}): EntryView => ({
  entry,
  kind: "chat",
  title: `Title of ${entry}`,
  address: `?c=${entry}`,
  pinned: false,
  current: false,
  excerpt: [],
  lines: [],
  ...more,
});
const show = (data: Partial<EntriesData>) =>
  mountHistory({
    data: { entries: [], picked: [], ...data },
    parentElement: place,
    setTriggerValue: (name, value) => triggered.push([name, value]),
  });
const rows = () => [...place.querySelectorAll<HTMLElement>("li")];
const control = (at: number, name: string) => rows()[at]?.querySelector(`[data-do=${name}]`) as HTMLElement;

test("text is text, a hit is marked, and the address is that of the app", () => {
  const excerpt = [
    ["Where do ", false],
    ["<b>larks</b>", true],
  ] as const;
  show({ entries: [view("a", { title: "<i>*One*</i>", excerpt, lines: ["2 panes"] })] });

  expect(rows()[0]?.querySelector("strong")?.textContent).toBe("<b>larks</b>");
  expect(rows()[0]?.textContent).toBe("<i>*One*</i>Where do <b>larks</b>2 panes");
  expect((control(0, "open") as HTMLAnchorElement).href).toBe(new URL("./?c=a", document.baseURI).href);
  expect(control(0, "delete").getAttribute("aria-label")).toBe("Delete: <i>*One*</i>");
});

test("a click leads there in this session, and one with Ctrl is the browser's", () => {
  show({ entries: [view("a"), view("b")] });
  const led: string[] = [];
  const note = () => led.push(location.search);
  window.addEventListener("popstate", note);
  place.addEventListener("click", (event) => event.preventDefault()); // jsdom goes nowhere

  control(1, "open").click();
  control(0, "open").dispatchEvent(new MouseEvent("click", { ctrlKey: true, bubbles: true, cancelable: true }));

  window.removeEventListener("popstate", note);
  expect(led).toEqual(["?c=b"]);
});

test("a button says what is to be done with its row", () => {
  show({ entries: [view("a"), view("b")] });
  for (const name of ["edit", "delete"]) control(1, name).click();
  expect(triggered).toEqual(["edit", "delete"].map((name) => ["act", { do: name, entry: "b" }]));
});

test("all that are picked are told each time, before the page has run", () => {
  show({ entries: [view("a"), view("b"), view("c")], picked: ["c"] });

  control(0, "pick").click();
  control(2, "pick").click();

  expect(triggered).toEqual([
    ["picked", ["c", "a"]],
    ["picked", ["a"]],
  ]);
  show({ entries: [view("a"), view("b")], picked: ["b"] });
  expect(rows().map((row) => row.querySelector("input")?.checked)).toEqual([false, true]);
});

test("a row that stays as it is keeps its element; the focus goes to what is in the place of one that went", () => {
  show({ entries: [view("a"), view("b"), view("c")] });
  const [a, b] = rows();
  control(1, "delete").focus();

  show({ entries: [view("a"), view("b", { lines: ["new"] }), view("c")] });
  expect(rows()[0]).toBe(a);
  expect(rows()[1]).not.toBe(b);
  expect(document.activeElement).toBe(control(1, "delete"));
  show({ entries: [view("a"), view("c")] });
  expect(document.activeElement).toBe(control(1, "delete"));
  show({ entries: [view("a")] });
  expect(document.activeElement).toBe(control(0, "delete"));
});

test("it leaves nothing behind", () => {
  const leave = show({ entries: [view("a")] });
  leave();
  expect(place.children).toHaveLength(0);
});
