// Imports what the first load shares with the parts that are loaded later. Each part imports this file, so the bundler
// puts all of it into one chunk. Otherwise each combination of parts would get a chunk of its own, and the first load
// would need a request for each.
import "../link/cid.ts";
import "../model/slash.ts";
import "../text/mentions.ts";
import "./fields.tsx";
import "./language_button.tsx";
import "./lesson_part.tsx";
import "./mark.tsx";
import "./notices.tsx";
import "./page.ts";
import "./regions.ts";
import "./strip.tsx";
import "./tls_link.tsx";
