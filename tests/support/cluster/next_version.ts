// Makes a build of a later version of the program, with one more migration of the database.

const root = new URL("../../../", import.meta.url);

/** The migration of the later version. */
const MIGRATION = `
  ALTER TABLE channels ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';
  CREATE TABLE stars (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE
  ) STRICT;
  INSERT INTO stars (message) SELECT id FROM messages WHERE content LIKE '%star%';
`;

/** Copies the program into a folder, as the later version. @returns Its version number. */
export async function makeNextVersion(folder: string): Promise<string> {
  const files = ["main.ts", "deno.json", "import_map.json", "deno.lock"];
  for (const file of files) await Deno.copyFile(new URL(file, root), `${folder}/${file}`);
  await copyFolder("lib", folder);
  await copyFolder("web", folder);
  const migrations = `${folder}/lib/store/migrations.ts`;
  const text = await Deno.readTextFile(migrations);
  const quoted = `${JSON.stringify(MIGRATION)},\n];`;
  await Deno.writeTextFile(migrations, text.replace(/^\];$/m, quoted));
  const version = "9.9.9";
  const path = `${folder}/lib/version.ts`;
  const before = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, before.replace(/"\d+\.\d+\.\d+"/, `"${version}"`));
  return version;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(`${to}/${from}`);
  for await (const { name, isDirectory } of Deno.readDir(new URL(from, root))) {
    const path = `${from}/${name}`;
    if (isDirectory) await copyFolder(path, to);
    else await Deno.copyFile(new URL(path, root), `${to}/${path}`);
  }
}
