import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const outDir = "../tabard/web/static/built";

// Compressed once here, so that WhiteNoise only has to hand it over.
const compress = {
  name: "compress",
  closeBundle() {
    for (const name of readdirSync(`${outDir}/assets`).filter((each) => /\.(css|js)$/.test(each))) {
      const plain = readFileSync(`${outDir}/assets/${name}`);
      writeFileSync(`${outDir}/assets/${name}.br`, brotliCompressSync(plain));
      writeFileSync(`${outDir}/assets/${name}.gz`, gzipSync(plain, { level: 9 }));
    }
  },
};

// One script and one style sheet for every page, with hashed names; Django reads the manifest.
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [compress],
  build: {
    outDir,
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: false,
    assetsInlineLimit: 0,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rollupOptions: { input: "src/main.js" },
  },
});
