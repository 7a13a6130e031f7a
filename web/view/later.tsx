// Exports the parts of the page that are loaded when one of them is first opened.
export { Dialogs } from "./dialogs.tsx";
export { Accessibility } from "./help.tsx";
export { SearchPage } from "./search.tsx";
export { Settings } from "./settings.tsx";
export { PasswordFields } from "./settings_account.tsx";
export { suggest } from "./suggest.ts";
