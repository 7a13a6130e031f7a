// The texts of the checks by language.
import type { Language } from "../../chat/texts/catalogue.ts";
import { en } from "./en.ts";
import { enFaults } from "./en_faults.ts";
import { fr } from "./fr.ts";
import { frFaults } from "./fr_faults.ts";
import type { ClientTexts } from "./texts.ts";

/** The texts of each language. */
export const CLIENT_TEXTS: Readonly<Record<Language, ClientTexts>> = {
  fr: { ...fr, faults: frFaults },
  en: { ...en, faults: enFaults },
};
