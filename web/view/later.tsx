// Exports the parts of the page that are loaded when one of them is first opened.
import "./shared.ts";
export { Dialogs } from "./dialogs.tsx";
export { Accessibility } from "./help.tsx";
export { SearchPage } from "./search.tsx";
export { NewPassword } from "./new_password.tsx";
export { Settings } from "./settings.tsx";
export { suggest } from "./suggest.ts";
