// Builds what a browser loads into `built/`, which is committed: main.js with the styles in it, frame.js and no_socket.js for the head
// of every page, and what is loaded later: extras.js (formulas and highlighting), mermaid.js. The names stay, so that a change is a change of a file.

import { existsSync, rmSync } from "node:fs";
import { build } from "esbuild";

const OUT = "built";
const LATER = { extras: "src/markdown/extras.ts", mermaid: "src/markdown/mermaid.ts" };
const COMMON = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  logOverride: { "empty-import-meta": "error" },
};

/** Leaves `import("./extras")` to the browser, wherever in `src` it is written. */
const later = {
  name: "later",
  setup(build) {
    build.onResolve({ filter: new RegExp(`/(${Object.keys(LATER).join("|")})(\\.ts|\\.js)?$`) }, ({ path, kind }) => {
      if (kind !== "dynamic-import" || !path.startsWith(".")) return undefined;
      return {
        path: `./${path
          .split("/")
          .at(-1)
          .replace(/\.[jt]s$/, "")}.js`,
        external: true,
      };
    });
  },
};

rmSync(OUT, { recursive: true, force: true });

const styles = await build({ ...COMMON, entryPoints: ["styles/main.css"], write: false });
const css = styles.outputFiles[0].text;

await build({
  ...COMMON,
  entryPoints: ["src/main.ts"],
  outdir: OUT,
  plugins: [later],
  define: { STYLES: JSON.stringify(css) },
});
await build({ ...COMMON, entryPoints: ["src/page/no_socket.ts"], outdir: OUT });
// Not a module: it runs before Streamlit's.
const frame = await build({ ...COMMON, entryPoints: ["styles/frame.css"], write: false });
await build({
  ...COMMON,
  entryPoints: ["src/page/frame.ts"],
  outdir: OUT,
  format: "iife",
  define: { FRAME_STYLES: JSON.stringify(frame.outputFiles[0].text) },
});
await build({ ...COMMON, entryPoints: ["styles/main.css"], outdir: OUT });
await build({
  ...COMMON,
  entryPoints: { katex: "node_modules/katex/dist/katex.css" },
  outdir: OUT,
  // Every browser that runs the rest knows woff2.
  loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty" },
  assetNames: "fonts/[name]",
});
for (const [name, path] of Object.entries(LATER)) {
  if (!existsSync(path)) continue;
  const alias = { "elkjs/lib/elk.bundled.js": "./src/markdown/no_elk.ts" };
  await build({ ...COMMON, entryPoints: { [name]: path }, outdir: OUT, alias });
}
