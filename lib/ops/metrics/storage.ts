// The metrics of the disk.
import { Gauge, type Registry } from "./prom.ts";
import type { Storage } from "../data/storage.ts";

/** Adds the metrics to a registry. @param look Reads the disk; called once per scrape. */
export function addStorageMetrics(registry: Registry, look: () => Storage): void {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  // The first gauge reads the disk for all, because gauges are collected in the order of their creation.
  new Gauge({
    name: "classcord_filesystem_free_bytes",
    help: "Free space on the filesystem of the data directory.",
    registers,
    collect() {
      const storage = look();
      this.set(storage.freeBytes);
      size.set(storage.filesystemBytes);
      database.set(storage.databaseBytes);
      backup.set((storage.lastBackup?.at.getTime() ?? 0) / 1000);
      backupBytes.set(storage.lastBackup?.bytes ?? 0);
    },
  });
  const database = gauge(
    "classcord_database_bytes",
    "Size of the database and its write-ahead log.",
  );
  const size = gauge(
    "classcord_filesystem_size_bytes",
    "Size of the filesystem of the data directory.",
  );
  const backup = gauge(
    "classcord_last_backup_timestamp_seconds",
    "Time of the last backup, in seconds since 1970; 0 if none is known.",
  );
  const backupBytes = gauge("classcord_last_backup_bytes", "Size of the last backup.");
}
