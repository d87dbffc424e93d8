import { defineConfig } from "vite";

// One script and one style sheet for every page, with hashed names; Django reads the manifest.
export default defineConfig({
  base: "./",
  publicDir: false,
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
