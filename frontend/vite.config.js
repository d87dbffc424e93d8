import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

// The licence of the letters goes where the letters go.
const licence = {
  name: "licence",
  generateBundle() {
    const source = readFileSync("node_modules/@fontsource-variable/inter/LICENSE", "utf8");
    this.emitFile({ type: "asset", fileName: "assets/inter-LICENSE.txt", source });
  },
};

// One script and one style sheet for every page, with hashed names; Django reads the manifest.
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [licence],
  build: {
    outDir: "../tabard/web/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: false,
    assetsInlineLimit: 0,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rollupOptions: { input: "src/main.js" },
  },
});
