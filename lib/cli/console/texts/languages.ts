// The texts of the console by language.
import type { Language } from "../../../chat/texts/catalogue.ts";
import { ENGLISH } from "./english.ts";
import { FRENCH } from "./french.ts";
import type { ConsoleTexts } from "./texts.ts";

/** The texts of each language. */
export const CONSOLE_TEXTS: Readonly<Record<Language, ConsoleTexts>> = {
  en: ENGLISH,
  fr: FRENCH,
};
