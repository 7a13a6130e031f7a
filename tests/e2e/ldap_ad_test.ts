// Logs in with an OpenLDAP that has the attributes of Active Directory.
import assert from "node:assert/strict";
import { Client } from "../support/client.ts";
import { checkNow, outcome, startWithDirectory } from "../support/ldap_server.ts";
import { testWith } from "../support/programs.ts";
import { adPerson, groupDn, NEEDS_SLAPD, startSlapd } from "../support/slapd.ts";

const guid = (last: number) => Uint8Array.of(...new Uint8Array(15).fill(0xf0), last);

testWith(
  NEEDS_SLAPD,
  "people log in by userPrincipalName, with memberOf, and not when they are disabled",
  async () => {
    await using slapd = await startSlapd({ likeActiveDirectory: true });
    await slapd.add(
      adPerson({ name: "ada", guid: guid(1), memberOf: [groupDn("Teachers")] }) +
        adPerson({ name: "bob", guid: guid(2), control: 514 }),
    );
    const shape = {
      filter: "(objectClass=user)",
      name_attribute: "userPrincipalName",
      name_suffix: "@school.example",
      id_attribute: "objectGUID",
      roles: [`moderator: ${groupDn("teachers")}`],
    };
    for (const changes of [{}, { name_attribute: "sAMAccountName", name_suffix: "" }]) {
      await using server = await startWithDirectory(slapd, { ...shape, ...changes });
      const { port, running: { services } } = server;
      assert.equal(await outcome(port, "Ada", "pw-ada"), "ok");
      const account = services.accountStore.findByKey("ada")!;
      assert.equal(account.directoryId, `hex:${guid(1).toHex()}`);
      assert.equal(account.role, "moderator");
      for (const name of ["bob", "ada@school.example", "cn=ada"]) {
        assert.equal(await outcome(port, name, `pw-${name.slice(0, 3)}`), "login_failed", name);
      }
      // The check finds the identity again, which is binary.
      await using ada = await Client.connect(port);
      await ada.ask({ type: "login", username: "ada", password: "pw-ada" });
      await checkNow(slapd, server, { ...shape, ...changes });
      await ada.sync();
      assert.equal(services.accountStore.findByKey("ada")!.role, "moderator");
    }
    // The rule of Active Directory for bits is one of OpenLDAP, too.
    const enabled = "(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))";
    await using server = await startWithDirectory(slapd, { ...shape, filter: enabled });
    assert.equal(await outcome(server.port, "ada", "pw-ada"), "ok");
    assert.equal(await outcome(server.port, "bob", "pw-bob"), "login_failed");
  },
);
