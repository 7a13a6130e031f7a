// Loads the texts of the page in one language at a time. The second part is loaded only when it is needed.
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Catalogue, type Language, Texts } from "./texts/catalogue.ts";

const FIRST: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => (await import("./texts/en.ts")).en,
  fr: async () => (await import("./texts/fr.ts")).fr,
};
const MORE: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => (await import("./texts/en_more.ts")).en,
  fr: async () => (await import("./texts/fr_more.ts")).fr,
};

/** The texts of the page, and how to change them. */
export interface Words {
  /** Undefined until the first language is loaded. */
  readonly texts: ReadonlySignal<Texts | undefined>;
  /** Changes the language once its texts are loaded. @throws {TypeError} if they cannot be loaded. */
  speak(language: Language): Promise<void>;
  /** Adds the texts of the later parts of the page, in the current and every later language. */
  addMore(): Promise<void>;
}

/** Creates the texts of the page. None are loaded yet. */
export function startWords(): Words {
  const texts = signal<Texts | undefined>(undefined);
  let wanted: Language = "en";
  let more = false;
  async function load(): Promise<void> {
    const language = wanted;
    const [first, second] = await Promise.all([FIRST[language](), more ? MORE[language]() : {}]);
    // The user may have chosen another language meanwhile.
    if (language === wanted) texts.value = new Texts(language, { ...first, ...second });
  }
  return {
    texts,
    speak(language) {
      wanted = language;
      return load();
    },
    addMore() {
      more = true;
      return load();
    },
  };
}
