// Puts the name of the class into the files of the page that have a title.

// What fits under an icon.
const SHORT_NAME = 12;

/**
 * A file with another title.
 *
 * @param path `/` for the shell, or the manifest of the app.
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
