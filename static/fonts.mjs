// The fonts of the pages: cut to what pages are written with, each piece fetched only where its characters stand.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import subsetFont from "subset-font";

const LATIN = "20-7E,A0,AB,B7,BB,D7,E0,E7-EA,2013-2014,2018-2019,201C-201D,2022,2026,202F,2190-2193";
const ARABIC = "60C,61B,61F,621-63A,640-652,66A-66C,670-671,67E,686,698,6A4,6A7,6A9,6AD,6AF,6CC,763";

// name, package, file, family, weights, characters. Who looks for a character finds it in the last piece that has it.
const PIECES = [
  ["plex-arabic-rest", "ibm-plex-sans-arabic", "arabic", "IBM Plex Sans Arabic", [400, 600], "600-6FF,750-77F,870-8FF,FB50-FDFF,FE70-FEFC"],
  ["plex-arabic", "ibm-plex-sans-arabic", "arabic", "IBM Plex Sans Arabic", [400, 600], ARABIC],
  ["plex-latin-ext", "ibm-plex-sans", "latin-ext", "IBM Plex Sans", [400, 600], "100-130,132-151,154-2BA,2BD-2C5,2C7-2CC,1E00-1E9F,1EF2-1EFF"],
  ["plex-latin-rest", "ibm-plex-sans", "latin", "IBM Plex Sans", [400, 600], "A0-FF,131,152-153,2BB-2BC,2C6,2DA,2DC,2000-206F,20AC,2122,2190-2193,2212,2215"],
  ["plex-latin", "ibm-plex-sans", "latin", "IBM Plex Sans", [400, 600], LATIN],
  ["tifinagh", "noto-sans-tifinagh", "tifinagh", "Noto Sans Tifinagh", [400], "2D30-2D7F"],
];

// What shapes Arabic, joins and marks, and figures of one width. Small capitals, fractions and the like are left out.
const FEATURES = ["calt", "ccmp", "curs", "fina", "init", "isol", "kern", "liga", "locl", "lnum", "mark", "medi", "mkmk", "rlig", "tnum"];

// Documents (PDF) need whole TrueType fonts, not web subsets.
export const DOCUMENT_FONTS = [
  ["ibm-plex-sans", "400Regular/IBMPlexSans_400Regular", "IBMPlexSans-Regular"],
  ["ibm-plex-sans", "600SemiBold/IBMPlexSans_600SemiBold", "IBMPlexSans-SemiBold"],
  ["ibm-plex-sans-arabic", "400Regular/IBMPlexSansArabic_400Regular", "IBMPlexSansArabic-Regular"],
  ["ibm-plex-sans-arabic", "600SemiBold/IBMPlexSansArabic_600SemiBold", "IBMPlexSansArabic-SemiBold"],
  ["noto-sans-tifinagh", "400Regular/NotoSansTifinagh_400Regular", "NotoSansTifinagh-Regular"],
];

const characters = (ranges) =>
  ranges.split(",").flatMap((range) => {
    const [first, last] = range.split("-").map((code) => parseInt(code, 16));
    return Array.from({ length: (last ?? first) - first + 1 }, (_, at) => String.fromCodePoint(first + at));
  }).join("");

async function face(modules, folder, [name, kit, file, family, , ranges], weight) {
  const whole = await readFile(join(modules, "@fontsource", kit, "files", `${kit}-${file}-${weight}-normal.woff2`));
  // Hints are for screens of few dots; they would be a quarter of the file.
  const cut = await subsetFont(whole, characters(ranges), { targetFormat: "woff2", keepFeatures: FEATURES, noHinting: true });
  await writeFile(join(folder, `${name}-${weight}.woff2`), cut);
  const digest = createHash("sha256").update(cut).digest("hex").slice(0, 12); // as portal.templating.asset has it
  const range = ranges.split(",").map((one) => `U+${one}`).join(",");
  return `@font-face{font-family:"${family}";font-weight:${weight};font-display:swap;`
    + `src:url("fonts/${name}-${weight}.woff2?v=${digest}") format("woff2");unicode-range:${range}}`;
}

// What is typed stands in a box that browsers make as high as the first font is: Latin letters with the room of Arabic ones,
// or the dots of a last yeh would be cut off.
const TYPED = ["plex-latin-400", "IBM Plex Sans Typed", "ascent-override:110%;descent-override:55%"];
const typed = (rule) => rule.replace('"IBM Plex Sans"', `"${TYPED[1]}"`).replace(/}$/, `;${TYPED[2]}}`);

// Writes the pieces into the folder; returns the rules that name them. One after the other: the cutter keeps one memory.
export async function fonts(modules, folder) {
  const faces = [];
  for (const piece of PIECES) for (const weight of piece[4]) faces.push(await face(modules, folder, piece, weight));
  return [...faces, ...faces.filter((rule) => rule.includes(`/${TYPED[0]}.`)).map(typed)].join("");
}
