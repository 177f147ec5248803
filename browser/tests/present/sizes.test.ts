import { expect, test } from "vitest";
import { LARGEST, SMALLEST, sizesOf } from "../../src/present/sizes";

test("type is larger in a larger window, and with fewer panes", () => {
  expect(sizesOf(1920, 1080, 3, 0).size).toBeGreaterThan(sizesOf(1280, 720, 3, 0).size);
  expect(sizesOf(1280, 720, 1, 0).size).toBeGreaterThan(sizesOf(1280, 720, 3, 0).size);
});

test("type stays within its bounds", () => {
  expect(sizesOf(390, 800, 1, -16).size).toBe(SMALLEST);
  expect(sizesOf(3840, 2160, 1, 16).size).toBe(LARGEST);
});

test("panes that would be too narrow lie in two rows", () => {
  expect(sizesOf(1920, 1080, 3, 0).columns).toBe(3);
  expect(sizesOf(1280, 720, 6, 0).columns).toBe(3);
  expect(sizesOf(1024, 768, 4, 0).columns).toBe(2);
});
