// Draws a QR code as SVG, for a page that is printed.
import { generate } from "lean-qr";

/** The width of the quiet zone around a code, in modules. */
const MARGIN = 4;

/** Returns the modules of a QR code as one path, and the width of the code with its quiet zone. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (!code.get(x, y)) continue;
      // One rectangle for each row of dark modules, so that no printer leaves white lines between them.
      let end = x;
      while (end < code.size && code.get(end, y)) end++;
      path += `M${x + MARGIN} ${y + MARGIN}h${end - x}v1h-${end - x}z`;
      x = end;
    }
  }
  return { size: code.size + 2 * MARGIN, path };
}
