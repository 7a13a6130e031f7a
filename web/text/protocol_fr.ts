// The introduction to the protocol in French, as one text.
export { default } from "../../docs/fr/PROTOCOLE.md" with { type: "text" };
