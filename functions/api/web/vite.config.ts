import { defineConfig } from "vite";
import { compress } from "./compress.ts";

/** Where `npm run dev` finds the API: the development server's address. */
const API = process.env["ALEX_API"] ?? "http://127.0.0.1:8000";
const OF_THE_API = ["/api", "/config.json", "/health", "/oauth2", "/login", "/logout"];

export default defineConfig({
  plugins: [compress()],
  build: {
    target: "es2022",
    // Every asset is a separate file: the page's policy allows neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: "localhost",
    port: 3000,
    strictPort: true,
    // start_dev_server.py builds into a folder next to the sources; its files are not sources.
    watch: { ignored: ["**/.dist/**", "**/dist/**"] },
    proxy: Object.fromEntries(OF_THE_API.map((path) => [path, API])),
  },
});
