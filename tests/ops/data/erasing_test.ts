// Tests of lib/ops/data/erasing.ts: no file has erased data, whether a server maintains the index or not.
import assert from "node:assert/strict";
import { forgetErased } from "../../../lib/ops/data/erasing.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { PersonalDataStore } from "../../../lib/store/personal_data.ts";
import { IndexFile } from "../../../lib/store/search/index_file.ts";
import { inSteps } from "../../../lib/store/steps.ts";
import { addAccount } from "../../support/database.ts";
import { withDirectory } from "../../support/directory.ts";
import { newMessage } from "../../support/messages.ts";

const STEP = { rows: 1_000, bytes: 2 ** 20, milliseconds: 10_000 };

for (const indexed of ["in the index", "in an index that is open", "in no index"]) {
  Deno.test(`erased data is not in any file: ${indexed}`, async () => {
    await withDirectory(async (path) => {
      const database = openDatabase(path, { synchronous: "normal" });
      const ada = addAccount(database, "Ada");
      new MessageStore(database).append([
        newMessage({ sender: "Ada", senderAccount: ada.id, content: "geheimnis" }),
        newMessage({ content: "bleibendes" }),
      ]);
      const server = new IndexFile(path);
      if (indexed !== "in no index") server.use((index) => index.step(STEP), assert.fail);
      if (indexed === "in the index") server.close();
      const text = () => {
        const files = [...Deno.readDirSync(path)].filter(({ isFile }) => isFile);
        return files.map(({ name }) =>
          new TextDecoder("latin1").decode(Deno.readFileSync(`${path}/${name}`))
        ).join();
      };
      assert.match(text(), /geheimnis/);
      const erasure = { publicMessages: true };
      const store = new PersonalDataStore(database);
      await inSteps(() => store.eraseMessages(ada.id, erasure));
      store.eraseAccount(ada, erasure);
      await forgetErased(database);
      // Prefixes of words are indexed too: "ge" and "geh".
      assert.doesNotMatch(text(), /geheimnis|geh/);
      assert.match(text(), /bleibendes/);
      const { removedTo, complete } = server.use((index) => index.step(STEP), assert.fail);
      assert.deepEqual([removedTo, complete], [1, true]);
      server.close();
      database.close();
    });
  });
}
