import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { STYLES: '""' },
  test: { environment: "jsdom", include: ["tests/**/*.test.ts"], testTimeout: 20_000 },
});
