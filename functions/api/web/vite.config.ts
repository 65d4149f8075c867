import { defineConfig } from "vite";
import { compress } from "./compress.ts";

/** Where `npm run dev` finds the API: the development server's address. */
const API = process.env["ALEX_API"] ?? "http://127.0.0.1:8000";
const OF_THE_API = ["/api", "/config.json", "/health", "/oauth2", "/login", "/logout"];

export default defineConfig({
  plugins: [compress()],
  build: {
    target: "es2022",
    // Everything is a file of its own: the page's policy allows neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: "localhost",
    port: 3000,
    strictPort: true,
    // The build of start_dev_server.py is beside the sources, and none of them.
    watch: { ignored: ["**/.dist/**", "**/dist/**"] },
    proxy: Object.fromEntries(OF_THE_API.map((path) => [path, API])),
  },
});
