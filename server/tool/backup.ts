/**
 * Backups of the embedded database: a copy that was opened and checked, with a manifest beside it
 * that says how far it reaches; and the way back.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from '../../shared/schema.ts';
import { markCovered, positionsOf, type Covered } from '../backup-cursor.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { MIGRATIONS } from '../database/sqlite-migrations.ts';
import { openSqlite } from '../database/sqlite.ts';
import { beginEpoch } from '../epochs.ts';
import type { Ledger } from '../ledger.ts';
import {
  copySnapshot,
  gatherInOneFile,
  pageFaults,
  refuseOtherTables,
  rowsBeyond,
  versionOf,
} from './sqlite-file.ts';

const FORMAT = 'tideover-backup/1';
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const manifestSchema = v.strictObject({
  format: v.literal(FORMAT),
  /** Server clock, ms since 1970. */
  takenAt: whole,
  /** Of the tables. */
  version: whole,
  bytes: whole,
  sha256: v.string(),
  shops: v.array(v.strictObject({ shop: v.string(), epoch: whole, seq: whole })),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;

export interface BackupDeps {
  readonly clock: { now(): number };
  readonly ledgerOf: (database: Database) => Ledger;
}

/** Why nothing was done, in a sentence for a person. */
export class BackupRefusal extends Error {
  override name = 'BackupRefusal';
}

export const manifestPath = (file: string) => `${file}.json`;

/**
 * Copies the database to `file`, checks the copy, and writes the manifest beside it. The server may
 * go on meanwhile. Nothing is left under the name when anything is wrong.
 */
export async function takeBackup(from: string, file: string, deps: BackupDeps): Promise<Manifest> {
  refuseOtherVersion(from);
  if (existsSync(file)) throw new BackupRefusal(`${file} exists already.`);
  const partial = `${file}.partial`;
  await rm(partial, { force: true });
  const takenAt = deps.clock.now();
  try {
    copySnapshot(from, partial);
    const { shops } = await checkCopy(partial, deps);
    gatherInOneFile(partial);
    await makeDurable(partial);
    const { size: bytes } = await stat(partial);
    const sha256 = await hashOf(partial);
    const manifest = { format: FORMAT, takenAt, version: MIGRATIONS.length, bytes, sha256, shops };
    await writeFile(manifestPath(partial), `${JSON.stringify(manifest, null, 2)}\n`);
    await makeDurable(manifestPath(partial));
    await rename(partial, file);
    await rename(manifestPath(partial), manifestPath(file));
    await makeDurable(dirname(file));
    return v.parse(manifestSchema, manifest);
  } finally {
    for (const left of [partial, manifestPath(partial)]) await rm(left, { force: true });
  }
}

/**
 * Says in the running database that this backup is kept: registers may delete what it covers. The
 * file is compared with its manifest once more, wherever it has been copied meanwhile.
 */
export async function confirmBackup(database: Database, file: string): Promise<Manifest> {
  const manifest = await readManifest(file);
  const covered = coveredBy(manifest);
  const there = new Map((await positionsOf(database)).map((one) => [one.shop, one]));
  const beyond = covered.filter(({ shop, epoch, seq }) => {
    const now = there.get(shop);
    return now !== undefined && now.epoch === epoch && now.seq < seq;
  });
  if (beyond.length > 0) {
    const shops = beyond.map(({ shop }) => shop).join(', ');
    throw new BackupRefusal(`${file} is of another database: it reaches further (${shops}).`);
  }
  await markCovered(database, covered, manifest.takenAt);
  return manifest;
}

/**
 * Puts a backup in the place of `target` and begins a new epoch in it, so that registers send again
 * what they still hold. What stood there is moved aside. Refuses while a server runs on it, and
 * when it holds more than the backup.
 */
export async function restoreBackup(
  file: string,
  target: string,
  deps: BackupDeps,
): Promise<{ readonly manifest: Manifest; readonly movedTo: string | undefined }> {
  const manifest = await readManifest(file);
  refuseOtherVersion(file);
  await refuseToLose(target, file, manifest);
  const partial = `${target}.restoring`;
  await rm(partial, { force: true });
  try {
    await copyFile(file, partial);
    await checkCopy(partial, deps, async (database) => {
      await beginEpoch(database, deps.clock.now());
      // The backup that was put back is kept, so it covers what is in it under the new epoch too.
      await markCovered(database, await positionsOf(database), manifest.takenAt);
    });
    await makeDurable(partial);
    const movedTo = await moveAside(target, deps.clock.now());
    await rename(partial, target);
    await makeDurable(dirname(target));
    return { manifest, movedTo };
  } finally {
    await rm(partial, { force: true });
  }
}

/** Puts a backup back beside itself, checks it, and removes it again. */
export async function drillBackup(file: string, deps: BackupDeps): Promise<Manifest> {
  const target = `${file}.drill`;
  await rm(target, { force: true });
  try {
    return (await restoreBackup(file, target, deps)).manifest;
  } finally {
    await rm(target, { force: true });
  }
}

/** The manifest beside a backup; throws when the file is not the one that it describes. */
export async function readManifest(file: string): Promise<Manifest> {
  if (!existsSync(file)) throw new BackupRefusal(`There is no file ${file}.`);
  const text = await readFile(manifestPath(file), 'utf8').catch((): undefined => undefined);
  if (text === undefined) throw new BackupRefusal(`${manifestPath(file)} is not there.`);
  const parsed = v.safeParse(manifestSchema, asJson(text));
  if (!parsed.success) throw new BackupRefusal(`${manifestPath(file)} is no manifest.`);
  if ((await hashOf(file)) === parsed.output.sha256) return parsed.output;
  throw new BackupRefusal(`${file} is not the file that its manifest describes.`);
}

export function coveredBy({ shops }: Manifest): readonly Covered[] {
  return shops.map((one) => ({ ...one, shop: one.shop as ShopDomain }));
}

/** Checks pages and books of a copy; `then` may work on it before it is closed. */
async function checkCopy(
  path: string,
  deps: BackupDeps,
  then: (database: Database) => Promise<void> = async () => undefined,
): Promise<{ readonly shops: readonly Covered[] }> {
  const pages = pageFaults(path);
  if (pages.length > 0) throw new BackupRefusal(`The copy is damaged: ${pages.join('; ')}`);
  const database = openSqlite(path);
  try {
    const ledger = deps.ledgerOf(database);
    const faults: string[] = [];
    for (const shop of await database.shops()) faults.push(...(await ledger.verify(shop)));
    if (faults.length > 0) throw new BackupRefusal(`The books are wrong: ${faults.join('; ')}`);
    await then(database);
    return { shops: await positionsOf(database) };
  } finally {
    await database.close();
  }
}

function refuseOtherVersion(path: string): void {
  const problem = existsSync(path) ? refuseOtherTables(path) : `There is no database ${path}.`;
  if (problem !== undefined) throw new BackupRefusal(problem);
}

async function refuseToLose(target: string, file: string, manifest: Manifest): Promise<void> {
  if (!existsSync(target) || versionOf(target) === undefined) return;
  if (!gatherInOneFile(target)) {
    throw new BackupRefusal(`A server is running on ${target}: stop it first.`);
  }
  if (versionOf(target) !== MIGRATIONS.length) {
    throw new BackupRefusal(`${target} is of another version: move it away by hand.`);
  }
  const database = openSqlite(target);
  const there = await positionsOf(database).finally(() => database.close());
  const kept = new Map(manifest.shops.map((one) => [one.shop, one]));
  const newer = there.filter(({ shop, epoch, seq }) => {
    const backup = kept.get(shop);
    return backup === undefined || epoch !== backup.epoch || seq > backup.seq;
  });
  const lost = [...newer.map(({ shop }) => shop), ...rowsBeyond(target, file)];
  if (lost.length === 0) return;
  throw new BackupRefusal(
    `${target} holds what the backup does not (${lost.join(', ')}): ` +
      'move it away by hand if it must go.',
  );
}

async function moveAside(target: string, now: number): Promise<string | undefined> {
  if (!existsSync(target)) return undefined;
  const movedTo = `${target}.before-restore-${now}`;
  await rename(target, movedTo);
  for (const part of ['-wal', '-shm']) {
    if (existsSync(`${target}${part}`)) await rename(`${target}${part}`, `${movedTo}${part}`);
  }
  return movedTo;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}

/** Waits until a file, or a folder's list of names, is on the disk. */
async function makeDurable(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
