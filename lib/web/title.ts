// Replaces the title in the files of the page that contain it with the name of the class.

// The number of characters that fit under the icon of an app.
const SHORT_NAME = 12;

/**
 * Returns the text of a file with another title.
 *
 * @param path The path of the file. The shell (`/`) and the manifest of the app contain the title.
 * @returns `undefined` for other files.
 */
export function titled(path: string, text: string, className: string): string | undefined {
  if (path === "/") {
    return text.replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(className)}</title>`);
  }
  if (path !== "/manifest.webmanifest") return undefined;
  const manifest: Record<string, unknown> = JSON.parse(text);
  const short = [...className].slice(0, SHORT_NAME).join("").trim();
  return JSON.stringify({ ...manifest, name: className, short_name: short });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
