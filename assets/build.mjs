// Bundles the front-end packages into build/static/ui (served) and copies the fonts that PDF pages and
// browser tests need into build/fonts (not served).
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import { build } from "esbuild";

rmSync("build", { recursive: true, force: true });

await build({
  entryPoints: ["assets/app.js", "assets/app.css", "assets/charts.js", "assets/signing.js"],
  outdir: "build/static/ui",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  loader: { ".svg": "file", ".woff": "file", ".woff2": "file" },
  legalComments: "linked",
  logLevel: "warning",
});

// One file with the icons that assets/icons.txt names; templates draw them with {% icon "name" %}.
const strip = (svg) => svg.replace(/^[^]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "");
const symbol = (name) => {
  const [kind, file] = name.endsWith("-filled") ? ["filled", name.slice(0, -7)] : ["outline", name];
  const paint = kind === "filled" ? 'fill="currentColor"' : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  const svg = readFileSync(`node_modules/@tabler/icons/icons/${kind}/${file}.svg`, "utf8");
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${strip(svg)}</symbol>`;
};
const names = readFileSync("assets/icons.txt", "utf8").split(/\s+/).filter(Boolean);
writeFileSync("build/static/ui/icons.svg", `<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT licence, copyright Paweł Kuna -->${names.map(symbol).join("\n")}</svg>`);

const font = "node_modules/@expo-google-fonts/noto-sans-sc";
mkdirSync("build/fonts", { recursive: true });
cpSync(`${font}/400Regular/NotoSansSC_400Regular.ttf`, "build/fonts/NotoSansSC-Regular.ttf");
cpSync(`${font}/700Bold/NotoSansSC_700Bold.ttf`, "build/fonts/NotoSansSC-Bold.ttf");
cpSync(`${font}/LICENSE_FONT`, "build/fonts/OFL.txt");
