import { expect, test } from "vitest";
import { mountTranscript } from "../src/transcript";

test("a transcript marks the place it is mounted in", () => {
  const place = document.createElement("div");
  mountTranscript({
    data: { token: "t", slot: "main", compact: false, blind: false },
    parentElement: place,
    setTriggerValue: () => {},
  });
  expect(place.className).toBe("pg-transcript");
});
