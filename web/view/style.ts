// Loads a style sheet that only some parts of the page need.

/** Adds a style sheet that lies beside the scripts of the page. @throws {Error} if it cannot be loaded. */
export function addStyle(name: string): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`./${name}`, import.meta.url).href;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error(`Cannot load ${name}`));
    };
    document.head.append(link);
  });
}
