import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { STYLES: '""' },
  // The corpus that the rules in Python are tested with, too.
  server: { fs: { allow: [".."] } },
  test: { environment: "jsdom", include: ["tests/**/*.test.ts"], testTimeout: 20_000 },
});
