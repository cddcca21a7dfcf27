// Builds static/dist from static/ and node_modules: `npm run build`. Same input, same output; nothing is fetched.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import rtlcss from "rtlcss";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const dist = join(here, "dist");

const KIT = join(modules, "govuk-frontend");

const FONTS = [
  ["@fontsource/ibm-plex-sans-arabic", "ibm-plex-sans-arabic-arabic", [400, 600], "plex-arabic"],
  ["@fontsource/ibm-plex-sans", "ibm-plex-sans-latin", [400, 600], "plex-latin"],
  ["@fontsource/ibm-plex-sans", "ibm-plex-sans-latin-ext", [400, 600], "plex-latin-ext"],
  ["@fontsource/noto-sans-tifinagh", "noto-sans-tifinagh-tifinagh", [400], "tifinagh"],
];

// Documents (PDF) need whole TrueType fonts, not web subsets.
const DOCUMENT_FONTS = [
  ["ibm-plex-sans-arabic", "400Regular/IBMPlexSansArabic_400Regular", "IBMPlexSansArabic-Regular"],
  ["ibm-plex-sans-arabic", "600SemiBold/IBMPlexSansArabic_600SemiBold", "IBMPlexSansArabic-SemiBold"],
  ["ibm-plex-sans", "400Regular/IBMPlexSans_400Regular", "IBMPlexSans-Regular"],
  ["ibm-plex-sans", "600SemiBold/IBMPlexSans_600SemiBold", "IBMPlexSans-SemiBold"],
  ["noto-sans-tifinagh", "400Regular/NotoSansTifinagh_400Regular", "NotoSansTifinagh-Regular"],
];

async function styles() {
  const { css } = await sass.compileAsync(join(here, "scss", "app.scss"), {
    loadPaths: [join(KIT, "dist")],
    style: "compressed",
    quietDeps: true,
  });
  await writeFile(join(dist, "app.css"), css);
  await writeFile(join(dist, "app.rtl.css"), rtlcss.process(css));
}

async function scripts() {
  const { version } = JSON.parse(await readFile(join(KIT, "package.json"), "utf8"));
  const kit = `govuk-frontend-${version}.min.js`;
  const code = await readFile(join(KIT, "dist", "govuk", "govuk-frontend.min.js"), "utf8");
  await writeFile(join(dist, kit), code.replace(/\n?\/\/# sourceMappingURL=.*/, ""));
  const own = await readFile(join(here, "js", "app.js"), "utf8");
  await writeFile(join(dist, "app.js"), own.replace('"govuk-frontend"', `"./${kit}"`));
}

async function fonts() {
  await mkdir(join(dist, "fonts", "ttf"), { recursive: true });
  for (const [folder, file, weights, name] of FONTS)
    for (const weight of weights)
      await cp(
        join(modules, folder, "files", `${file}-${weight}-normal.woff2`),
        join(dist, "fonts", `${name}-${weight}.woff2`),
      );
  for (const [family, from, to] of DOCUMENT_FONTS)
    await cp(join(modules, "@expo-google-fonts", family, `${from}.ttf`), join(dist, "fonts", "ttf", `${to}.ttf`));
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([styles(), scripts(), fonts(), cp(join(here, "img"), join(dist, "img"), { recursive: true })]);
