import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Channel } from "../../src/channel/channel";
import { ContextGauge, type Measured } from "../../src/composer/gauge";
import { FakeSocket } from "../fake_socket";

let socket: FakeSocket;
let gauge: ContextGauge;
let written: Measured;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
  const channel = new Channel("token", () => socket);
  gauge = new ContextGauge(
    () => ({ channel, slot: "main" }),
    () => written,
    () => {},
  );
  channel.join("main", { gauge: (told) => gauge.draw(told), measure: () => gauge.again() });
  socket.open();
});
afterEach(() => {
  gauge.leave();
  vi.useRealTimers();
});

/** Has it measured; the server does not take it. */
async function refuse(text: string, pictures: number): Promise<void> {
  write(text, pictures);
  await vi.advanceTimersByTimeAsync(1_500);
  const { number } = socket.sent.at(-1) as { number: number };
  write("What is typed meanwhile", 0);
  socket.tell({ kind: "gauge", slot: "main", label: "", refusal: "Too long." }, { kind: "done", number });
}

function write(text: string, pictures: number): void {
  written = { text, pictures };
  gauge.written(text.length);
}

test("a refusal is for what was measured, and for what goes on from it", async () => {
  await refuse("Many words", 1);
  expect(gauge.refuses()).toBe("");
  expect(gauge.refuses({ text: "Many words", pictures: 1 })).toBe("Too long.");
  expect(gauge.refuses({ text: "Many words more", pictures: 2 })).toBe("Too long.");
  expect(gauge.refuses({ text: "Many words", pictures: 0 })).toBe("");
  expect(gauge.refuses({ text: "Other words of it", pictures: 1 })).toBe("");
});

test("pictures alone that are refused refuse no words", async () => {
  await refuse("", 2);
  expect(gauge.refuses({ text: "", pictures: 2 })).toBe("Too long.");
  expect(gauge.refuses({ text: "Words", pictures: 2 })).toBe("");
});

test("the same words are measured again when the server says so", async () => {
  await draft("Many words");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(drafts()).toEqual(["Many words"]);

  socket.tell({ kind: "measure" });
  await vi.advanceTimersByTimeAsync(2_000);

  expect(drafts()).toEqual(["Many words", "Many words"]);
});

/** Has it measured. */
async function draft(text: string): Promise<void> {
  write(text, 0);
  await vi.advanceTimersByTimeAsync(1_500);
  const { number } = socket.sent.at(-1) as { number: number };
  socket.tell({ kind: "done", number });
}

function drafts(): string[] {
  const sent = socket.sent as { kind: string; text: string }[];
  return sent.filter(({ kind }) => kind === "draft").map(({ text }) => text);
}
