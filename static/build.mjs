// Builds static/dist from static/ and node_modules: `npm run build`. Same input, same output; nothing is fetched.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import rtlcss from "rtlcss";
import * as sass from "sass";
import { DOCUMENT_FONTS, fonts } from "./fonts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const dist = join(here, "dist");
const KIT = join(modules, "govuk-frontend");

const DRAWN_INSIDE = 600; // bytes of a drawing that costs less inside the style than as a request of its own
const PACKED = [".css", ".js", ".svg"];

async function styles() {
  await mkdir(join(dist, "fonts"), { recursive: true });
  const faces = await fonts(modules, join(dist, "fonts"));
  const { css } = await sass.compileAsync(join(here, "scss", "app.scss"), {
    loadPaths: [join(KIT, "dist")],
    style: "compressed",
    quietDeps: true,
  });
  const whole = faces + (await drawn(css.replace(/^\uFEFF/, "")));
  await writeFile(join(dist, "app.css"), whole);
  await writeFile(join(dist, "app.rtl.css"), rtlcss.process(whole));
}

// Small drawings stand in the style itself.
async function drawn(css) {
  for (const name of await readdir(join(here, "img"))) {
    const svg = (await readFile(join(here, "img", name), "utf8")).trim();
    if (svg.length <= DRAWN_INSIDE)
      css = css.replaceAll(`url("img/${name}")`, `url("data:image/svg+xml,${encodeURIComponent(svg)}")`);
  }
  return css;
}

// One file: our own script with the components of the kit that it names, and no others.
async function scripts() {
  await build({
    entryPoints: [join(here, "js", "app.js")],
    outfile: join(dist, "app.js"),
    nodePaths: [modules],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none",
    logLevel: "warning",
  });
}

async function documentFonts() {
  const folder = join(dist, "fonts", "ttf");
  await mkdir(folder, { recursive: true });
  for (const [family, from, to] of DOCUMENT_FONTS)
    await cp(join(modules, "@expo-google-fonts", family, `${from}.ttf`), join(folder, `${to}.ttf`));
}

// The server hands out what was compressed here, as hard as can be.
async function pack(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !PACKED.includes(extname(file))) continue;
    const whole = await readFile(file);
    await writeFile(`${file}.gz`, gzipSync(whole, { level: 9 }));
    await writeFile(`${file}.br`, brotliCompressSync(whole, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: whole.length } }));
  }
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([styles(), scripts(), documentFonts(), cp(join(here, "img"), join(dist, "img"), { recursive: true })]);
await pack(dist);
