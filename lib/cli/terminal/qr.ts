// Draws a QR code with half blocks, two rows of modules in one line.
import { generate } from "lean-qr";

/** The light border that readers need, in modules. */
const BORDER = 2;
/** Upper and lower module dark, upper only, lower only, none. */
const BLOCKS = { both: "█", upper: "▀", lower: "▄", none: " " };

/**
 * Draws a text as a QR code, dark on light.
 *
 * @param colours Whether to set black on white, for a terminal whose background may be dark. Without it, readers need
 * a light background, as on paper.
 */
export function qrCode(text: string, colours: boolean): string {
  const code = generate(text);
  const { size } = code;
  const lines: string[] = [];
  for (let y = -BORDER; y < size + BORDER; y += 2) {
    let line = "";
    for (let x = -BORDER; x < size + BORDER; x++) {
      const [upper, lower] = [code.get(x, y), code.get(x, y + 1)];
      line += upper && lower
        ? BLOCKS.both
        : upper
        ? BLOCKS.upper
        : lower
        ? BLOCKS.lower
        : BLOCKS.none;
    }
    lines.push(colours ? `\x1b[30;107m${line}\x1b[0m` : line.trimEnd());
  }
  return lines.join("\n");
}
