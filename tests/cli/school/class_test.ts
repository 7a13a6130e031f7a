// `classcord class …` with a running server and without one: real files, the sheet, and what must not happen.
import assert from "node:assert/strict";
import { Client } from "../../support/client.ts";
import { withDirectory } from "../../support/directory.ts";
import { type Finished, runCommand, ServerProcess } from "../../support/process.ts";

/** A directory for one test: `data`, and class lists. */
interface Place {
  readonly directory: string;
  /** Writes a file, and returns its path. */
  file(name: string, text: string | Uint8Array): string;
  run(...args: string[]): Promise<Finished>;
  /** Runs a command that succeeds. Returns its standard output. */
  ok(...args: string[]): Promise<string>;
  /** Runs a command that fails. Returns its standard error. */
  fails(...args: string[]): Promise<string>;
}

async function withPlace(work: (place: Place) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const run = (...args: string[]) => runCommand([...args, "--data-dir", `${directory}/data`]);
    await work({
      directory,
      run,
      file(name, text) {
        const path = `${directory}/${name}`;
        Deno.writeFileSync(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
        return path;
      },
      async ok(...args) {
        const { code, stdout, stderr } = await run(...args);
        assert.equal(code, 0, stderr);
        return stdout;
      },
      async fails(...args) {
        const { code, stdout, stderr } = await run(...args);
        assert.equal(code, 1, stdout);
        assert.doesNotMatch(stderr, /\n\s+at /, "a stack is not a sentence");
        return stderr;
      },
    });
  });
}

interface UserRow {
  readonly name: string;
  readonly id: string | null;
  readonly role: string;
  readonly disabled: boolean;
}

async function users({ ok }: Place): Promise<string[]> {
  const rows = JSON.parse(await ok("user", "list", "--json")) as UserRow[];
  return rows.map(({ name, id, role, disabled }) =>
    `${name} ${id} ${role}${disabled ? " off" : ""}`
  );
}

const FRENCH = "id;Prénom;Nom;Rôle\r\n7;Élodie;Cœur;élève\r\n8;Ada;Prof;professeur\r\n";
// In windows-1252, as Excel writes it in France.
const CP1252 = Uint8Array.from(FRENCH, (letter) => letter === "œ" ? 0x9c : letter.charCodeAt(0));

Deno.test("classcord class import makes a class in one command, and prints the passwords once", async () => {
  await withPlace(async (place) => {
    const { ok, file } = place;
    const path = file("2SLAM.csv", CP1252);
    const dry = await ok("class", "import", path, "--dry-run");
    assert.match(dry, /2 {2}elodie\.coeur {2}add: member; class 2SLAM\n.*Nothing was changed/s);
    assert.deepEqual(await users(place), []);
    const told = await ok("class", "import", path, "--must-change");
    assert.match(told, /New accounts: 2\. Moved: 0\./);
    const password = /2SLAM {2}elodie\.coeur +(\S+)/.exec(told)![1]!;
    assert.match(password, /^(?:[a-z]{4}-){3}\d\d$/);
    assert.deepEqual(await users(place), ["ada.prof 8 moderator", "elodie.coeur 7 member"]);
    const again = await ok("class", "import", path);
    assert.match(again, /Unchanged: 2\.[^]*the accounts are as in the file/);
    assert.doesNotMatch(again, /PASSWORD/);
    await using server = await ServerProcess.start(`${place.directory}/data`);
    await using page = await Client.connect(server.port);
    const reply = await page.ask({
      type: "login",
      username: "elodie.coeur",
      password,
      session: true,
    });
    assert.deepEqual([reply["status"], reply["must_change"]], ["ok", true]);
  });
});

Deno.test("with a running server an import applies at once, and the log has no password", async () => {
  await withPlace(async (place) => {
    const { ok, fails, file, directory } = place;
    await ok(
      "class",
      "import",
      file("A.csv", "login,id,password\nada,1,geheim-ada\nbob,2,geheim-bob\n"),
    );
    await using server = await ServerProcess.start(`${directory}/data`);
    await using ada = await Client.connect(server.port);
    await ada.ask({ type: "login", username: "ada", password: "geheim-ada" });
    const list = file("B.csv", "\ufeffid;login;mot de passe\n1;Adèle;\n3;zoe;geheim-zoe\n");
    const [html, csv] = [`${directory}/slips.html`, `${directory}/slips.csv`];
    const told = await ok(
      ...["class", "import", list, "--sheet", html, "--sheet-csv", csv],
      ...["--address", "https://chat.example.org/"],
    );
    assert.match(told, /2 {2}Adèle {2}move: renamed, was ada; from A to B\n/);
    assert.match(told, /Wrote 1 slip to .*slips\.html/);
    assert.doesNotMatch(told, /geheim/);
    await ada.find((line) => /Adèle/.test(String(line["content"])));
    await using zoe = await Client.connect(server.port);
    assert.equal(
      (await zoe.ask({ type: "login", username: "zoe", password: "geheim-zoe" }))["status"],
      "ok",
    );
    for (const path of [html, csv]) assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    const page = await Deno.readTextFile(html);
    assert.match(page, /zoe.*geheim-zoe.*https:\/\/chat\.example\.org</s);
    assert.doesNotMatch(page, /ad[aè]|<script/i);
    assert.match(await Deno.readTextFile(csv), /B[,;]zoe[,;]geheim-zoe[,;]https:\/\/chat/);
    const next = file("B.csv", "login\nyan\n");
    assert.match(await fails("class", "import", next, "--sheet", html), /slips\.html: file exists/);
    assert.equal((await users(place)).some((row) => row.startsWith("yan")), false);
    const fresh = `${directory}/fresh.html`;
    const missing = `${directory}/no/where.csv`;
    await fails("class", "import", next, "--sheet", fresh, "--sheet-csv", missing);
    assert.throws(() => Deno.statSync(fresh), "a sheet without an import is deleted");
    assert.doesNotMatch(await server.log(), /geheim/);
    assert.match(await server.log(), /class_import target="B" reason="1 added, 1 moved/);
  });
});

Deno.test("a file with wrong lines changes nothing, and each line is named", async () => {
  await withPlace(async (place) => {
    const { fails, file } = place;
    const path = file("A.csv", "login;rôle\nada;\n<b>;\nzoe;chef\nADA;\nroot;admin\nboss;admin\n");
    const told = await fails("class", "import", path);
    assert.match(told, /A\.csv: line 3: "<b>" is not a valid name/);
    assert.match(told, /A\.csv: line 4: Expected a role: .* got "chef"/);
    assert.match(told, /A\.csv: line 5: Line 2 has the name "ADA" too/);
    assert.match(told, /A\.csv: line 7: The role admin is given only with --allow-admins/);
    assert.match(told, /Nothing was changed: 5 lines of the file must be corrected\./);
    assert.deepEqual(await users(place), []);
    const utf16 = file("B.csv", Uint8Array.of(0xff, 0xfe, 0x61, 0));
    assert.match(await fails("class", "import", utf16), /B\.csv: The file is in UTF-16\./);
    assert.match(
      await fails("class", "import", `${place.directory}/none.csv`),
      /none\.csv: cannot read/,
    );
    assert.match(await fails("class", "import", place.directory), /got a directory/);
  });
});

Deno.test("members who are missing in the file are disabled only if the command says so, and many only with --yes", async () => {
  await withPlace(async (place) => {
    const { ok, run, file } = place;
    const all = file("A.csv", "login,password,role\nada,1234,\nbob,1234,\nmax,1234,prof\n");
    await ok("class", "import", all);
    const fewer = file("A.csv", "login\nada\n");
    assert.match(
      await ok("class", "import", fewer),
      /In the class but not in the list, unchanged: bob, max\./,
    );
    const asked = await run("class", "import", fewer, "--disable-missing");
    assert.deepEqual([asked.code, asked.stderr], [
      1,
      "There is no terminal to ask for confirmation. Add --yes to confirm.\n",
    ]);
    assert.match(asked.stdout, /bob {3}disable: not in the list/);
    assert.match(await ok("class", "import", fewer, "--disable-missing", "--yes"), /Disabled: 1\./);
    assert.deepEqual(await users(place), [
      "ada null member",
      "bob null member off",
      "max null moderator",
    ]);
  });
});

Deno.test("classcord class list, show and delete work with a server and without, and leave the accounts", async () => {
  await withPlace(async (place) => {
    const { ok, fails, file, directory } = place;
    const path = file("list.csv", "login,class,password,groups\nada,1A,1234,Club\nbob,2B,1234,\n");
    await ok("class", "import", path);
    const look = async () => {
      const { classes } = JSON.parse(await ok("class", "list", "--json"));
      assert.deepEqual(
        classes.map(({ name, members }: { name: string; members: number }) => [name, members]),
        [["1A", 1], ["2B", 1]],
      );
      assert.match(await ok("class", "show", "1a"), /^NAME +ROLE\nada +member\n$/);
      assert.match(await fails("class", "delete", "Club"), /Club is a group, not a class/);
      assert.match(await fails("class", "show", "none"), /none/);
    };
    await look();
    {
      await using _ = await ServerProcess.start(`${directory}/data`);
      await look();
      assert.equal(await ok("class", "delete", "2b"), "Deleted 2B. Its accounts stay.\n");
    }
    assert.equal(await ok("class", "delete", "1A"), "Deleted 1A. Its accounts stay.\n");
    assert.match(await ok("class", "list"), /^CLASS +ACCOUNTS\n$/);
    assert.equal((await users(place)).length, 2);
  });
});

Deno.test("100 accounts are imported with a line for each tenth, and a wrong socket imports nothing", async () => {
  await withPlace(async (place) => {
    const { run, file, directory } = place;
    const names = Array.from({ length: 100 }, (_, at) => `eleve.${at};`);
    const path = file("école.csv", ["login;classe", ...names].join("\r\n"));
    await using server = await ServerProcess.start(`${directory}/data`);
    const wrong = await run("class", "import", path, "--socket", `${directory}/none.sock`);
    assert.equal(wrong.code, 69);
    const { code, stdout, stderr } = await run("class", "import", path, "--class", "1A");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /New accounts: 100\./);
    const lines = stderr.trim().split("\n");
    assert.deepEqual([lines.length, lines.at(-1)], [10, "Hashed 100 of 100 passwords."]);
    assert.equal((await users(place)).length, 100);
    await using client = await Client.connect(server.port);
    const password = /1A +eleve\.99 +(\S+)/.exec(stdout)![1];
    assert.equal(
      (await client.ask({ type: "login", username: "eleve.99", password }))["status"],
      "ok",
    );
  });
});
