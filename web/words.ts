// Loads the texts of the page in one language at a time. The later parts are loaded only when they are needed.
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Catalogue, type Language, Texts } from "./texts/catalogue.ts";

/** The parts of the texts. `first` is loaded with the page. */
export type WordsPart = "first" | "more" | "lesson" | "admin";

const PARTS: Readonly<Record<Language, Record<WordsPart, () => Promise<Catalogue>>>> = {
  en: {
    first: async () => (await import("./texts/en.ts")).en,
    more: async () => (await import("./texts/en_more.ts")).en,
    lesson: async () => (await import("./texts/en_lesson.ts")).en,
    admin: async () => (await import("./texts/en_admin.ts")).en,
  },
  fr: {
    first: async () => (await import("./texts/fr.ts")).fr,
    more: async () => (await import("./texts/fr_more.ts")).fr,
    lesson: async () => (await import("./texts/fr_lesson.ts")).fr,
    admin: async () => (await import("./texts/fr_admin.ts")).fr,
  },
};

/** The texts of the page, and how to change them. */
export interface Words {
  /** Undefined until the first language is loaded. */
  readonly texts: ReadonlySignal<Texts | undefined>;
  /** Changes the language once its texts are loaded. @throws {TypeError} if they cannot be loaded. */
  speak(language: Language): Promise<void>;
  /** Adds the texts of a later part of the page, in the current and every later language. */
  add(part: WordsPart): Promise<void>;
}

/** Creates the texts of the page. None are loaded yet. */
export function startWords(): Words {
  const texts = signal<Texts | undefined>(undefined);
  const parts = new Set<WordsPart>(["first"]);
  let wanted: Language = "en";
  async function load(): Promise<void> {
    const language = wanted;
    const loads = await Promise.all([...parts].map((part) => PARTS[language][part]()));
    // The user may have chosen another language meanwhile, and another part may have been added since.
    if (language !== wanted || loads.length < parts.size) {
      return language === wanted ? load() : undefined;
    }
    texts.value = new Texts(language, Object.assign({}, ...loads));
  }
  return {
    texts,
    speak(language) {
      wanted = language;
      return load();
    },
    add(part) {
      parts.add(part);
      return load();
    },
  };
}
