// The description of the protocol in English, as one text.
export { default } from "../../docs/PROTOCOL.md" with { type: "text" };
