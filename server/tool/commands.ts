/** What a person at the server's command line can do, one entry each; `help` prints this table. */
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { DatabaseConfig } from '../config.ts';
import type { Database, ShopDomain } from '../database/database.ts';
import { beginEpoch } from '../epochs.ts';
import type { Ledger } from '../ledger.ts';
import { createSettings, settingsSchema, unitKeptAtShopify } from '../settings.ts';
import * as v from '../../shared/schema.ts';
import { confirmBackup, drillBackup, restoreBackup, takeBackup, type Manifest } from './backup.ts';
import {
  amountText,
  importBalances,
  previewBalances,
  type OpenFile,
} from '../balances/balances-file.ts';
import { exportPiece } from '../balances/export.ts';
import { checkBooks } from './books-check.ts';
import { cartOffers } from './cart-offers.ts';

/** What a command works with; everything of the outside world comes in here. */
export interface Desk {
  readonly settings: DatabaseConfig;
  readonly clock: { now(): number };
  readonly ledgerOf: (database: Database) => Ledger;
  /** Opens the database that the settings name, and closes it after the work. */
  readonly withDatabase: <T>(work: (database: Database) => Promise<T>) => Promise<T>;
  readonly openFile: (path: string) => OpenFile;
  /** What sessions are sealed with, the newest first; throws a `Refusal` for wrong settings. */
  readonly sealingSecrets: () => readonly string[];
  readonly say: (line: string) => void;
  /** Shows how far a long piece of work has come, in place of what it showed before. */
  readonly progress: (line: string) => void;
}

export interface Options {
  readonly shop?: string | undefined;
  readonly check?: boolean | undefined;
  readonly hold?: boolean | undefined;
  readonly retry?: boolean | undefined;
}

export interface Command {
  readonly name: string;
  /** Its arguments, as `help` shows them. */
  readonly takes: string;
  readonly least: number;
  readonly most: number;
  readonly says: string;
  /** Resolves with the exit code: 0 done, 1 something is wrong that a person should look at. */
  run(desk: Desk, words: readonly string[], options: Options): Promise<number>;
}

/** Why a command did nothing, in a sentence for a person. */
export class Refusal extends Error {
  override name = 'Refusal';
}

const PROBLEMS_TOLD = 20;

export const COMMANDS: readonly Command[] = [
  {
    name: 'shops',
    takes: '',
    least: 0,
    most: 0,
    says: 'Lists the shops with their number of customers and the position of their feed.',
    run: (desk) => desk.withDatabase((database) => listShops(desk, database)),
  },
  {
    name: 'verify',
    takes: '[--shop <shop>]',
    least: 0,
    most: 0,
    says: 'Recomputes the books and names everything that is wrong or missing.',
    run: (desk, _words, { shop }) =>
      desk.withDatabase(async (database) => {
        const asked = { now: desk.clock.now(), shop: shop as ShopDomain | undefined };
        const { shops, sentences } = await checkBooks(desk.ledgerOf(database), asked);
        for (const sentence of sentences) desk.say(sentence);
        if (sentences.length === 0) desk.say(`The books of ${counted(shops, 'shop')} are right.`);
        return sentences.length === 0 ? 0 : 1;
      }),
  },
  {
    name: 'backup',
    takes: '<file> [--hold]',
    least: 1,
    most: 1,
    says:
      'Copies the database while the server runs, checks the copy, and says how far it reaches. ' +
      'With --hold that is said later, by "confirm", once the file is on another machine.',
    run: (desk, [file = ''], { hold }) => backup(desk, file, hold === true),
  },
  {
    name: 'confirm',
    takes: '<file>',
    least: 1,
    most: 1,
    says: 'Says that this backup is kept, so that registers may delete what it covers.',
    run: (desk, [file = '']) =>
      desk.withDatabase(async (database) => {
        tell(desk, await confirmBackup(database, file), 'Registers may delete what it covers.');
        return 0;
      }),
  },
  {
    name: 'drill',
    takes: '<file>',
    least: 1,
    most: 1,
    says: 'Puts a backup back beside itself, checks the books in it, and removes it again.',
    async run(desk, [file = '']) {
      tell(desk, await drillBackup(file, desk), 'It can be put back.');
      return 0;
    },
  },
  {
    name: 'restore',
    takes: '<file>',
    least: 1,
    most: 1,
    says:
      'Puts a backup in the place of the database and begins a new epoch, so that registers send ' +
      'again what they hold. Never over a running server, nor over what the backup lacks.',
    async run(desk, [file = '']) {
      const target = embedded(desk);
      const { manifest, movedTo } = await restoreBackup(file, target, desk);
      if (movedTo !== undefined) desk.say(`What stood there is now ${movedTo}.`);
      tell(desk, manifest, `It is now ${target}. Start the server as always.`);
      return 0;
    },
  },
  {
    name: 'new-epoch',
    takes: '',
    least: 0,
    most: 0,
    says: 'Begins a new epoch, once, after a database was put back by other means than "restore".',
    run: (desk) =>
      desk.withDatabase(async (database) => {
        await beginEpoch(database, desk.clock.now());
        desk.say('Registers will start anew and send again what they hold.');
        return 0;
      }),
  },
  {
    name: 'export',
    takes: '<shop> <file.csv>',
    least: 2,
    most: 2,
    says: 'Writes the balances of all customers, as they stand at one moment.',
    run: (desk, [shop = '', file = '']) => exportTo(desk, shop as ShopDomain, file),
  },
  {
    name: 'import',
    takes: '<shop> <file.csv> [--check]',
    least: 2,
    most: 2,
    says:
      'Adds the balances of a file to what customers have. Each line counts once, ever: the same ' +
      'file again finishes what was interrupted. With --check the file is only read.',
    run: (desk, [shop = '', file = ''], { check }) =>
      importFrom(desk, { shop: shop as ShopDomain, file, isCheck: check === true }),
  },
  {
    name: 'settings',
    takes: '<shop> [<name> <value>]',
    least: 1,
    most: 3,
    says: 'Shows what a shop has switched on at the server, or changes it.',
    run: (desk, [shop = '', name, value]) => settings(desk, shop as ShopDomain, { name, value }),
  },
  {
    name: 'cart-offers',
    takes: '<shop> [<file.json>]',
    least: 1,
    most: 2,
    says: 'Shows what the legacy cart extension offers beside the rewards, or replaces it.',
    run: (desk, [shop = '', file]) =>
      desk.withDatabase(async (database) => {
        const problem = await cartOffers({ ...desk, database }, shop as ShopDomain, file);
        if (problem !== undefined) throw new Refusal(problem);
        return 0;
      }),
  },
  {
    name: 'stuck',
    takes: '[--shop <shop>] [--retry]',
    least: 0,
    most: 0,
    says: 'Lists webhooks that were given up, or tries them again.',
    run: (desk, _words, { shop, retry }) =>
      desk.withDatabase(async (database) => {
        const { listStuck, retryStuck } = await upkeep();
        const asked = { shop: shop as ShopDomain | undefined, now: desk.clock.now() };
        const { say } = desk;
        return retry === true
          ? retryStuck({ database, say }, asked)
          : listStuck({ database, say }, asked);
      }),
  },
  {
    name: 'rotate-keys',
    takes: '',
    least: 0,
    most: 0,
    says: 'Seals every stored session anew under the newest key of SESSION_KEYS.',
    async run(desk) {
      const { rotateKeys } = await upkeep();
      const secrets = desk.sealingSecrets();
      const { clock, say } = desk;
      return desk.withDatabase((database) => rotateKeys({ database, clock, say }, secrets));
    },
  },
];

/** It needs Shopify's library, for which the other commands need not wait. */
const upkeep = () => import('./upkeep.ts');

/** The whole table, for a person. */
export function helpText(): string {
  const usage = COMMANDS.map(({ name, takes, says }) => {
    const call = takes === '' ? name : `${name} ${takes}`;
    return `  ${call}\n      ${says}`;
  });
  return ['npm run tideover -- <command>', '', ...usage, ''].join('\n');
}

async function listShops(desk: Desk, database: Database): Promise<number> {
  const shops = [...(await database.shops())].sort();
  for (const shop of shops) {
    const row = await database.read(shop, (reader) => reader.shop());
    if (row === undefined) continue;
    const { customers, seq, epoch, shopId } = row;
    desk.say(`${shop}  id ${shopId}  ${counted(customers, 'customer')}  feed ${epoch}/${seq}`);
  }
  if (shops.length === 0) desk.say('No shop has synced yet.');
  return 0;
}

async function backup(desk: Desk, file: string, isHeld: boolean): Promise<number> {
  const manifest = await takeBackup(embedded(desk), file, desk);
  if (isHeld) tell(desk, manifest, `Say "confirm ${file}" once it is kept elsewhere.`);
  else {
    await desk.withDatabase((database) => confirmBackup(database, file));
    tell(desk, manifest, 'Registers may delete what it covers.');
  }
  return 0;
}

function tell(desk: Desk, { takenAt, bytes, shops }: Manifest, end: string): void {
  const at = new Date(takenAt).toISOString();
  desk.say(`Backup of ${at}, ${bytes} bytes, ${counted(shops.length, 'shop')}: checked.`);
  desk.say(end);
}

async function exportTo(desk: Desk, shop: ShopDomain, file: string): Promise<number> {
  if (existsSync(file)) throw new Refusal(`${file} exists already.`);
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w');
  try {
    let rows = 0;
    let [after, seq]: [number | null, number | undefined] = [0, undefined];
    await desk.withDatabase(async (database) => {
      while (after !== null) {
        const piece = await exportPiece(database, shop, { after, seq });
        if (piece === undefined)
          throw new Refusal(`${shop}: the ledger has never heard of this shop.`);
        await handle.write(piece.csv);
        rows += piece.rows;
        ({ next: after, seq } = piece);
        desk.progress(`${piece.done} of ${piece.all} customers`);
      }
    });
    await handle.sync();
    await rename(partial, file);
    desk.say(`${counted(rows, 'balance')} in ${file}.`);
    return 0;
  } finally {
    await handle.close();
    await rm(partial, { force: true });
  }
}

async function importFrom(
  desk: Desk,
  by: { readonly shop: ShopDomain; readonly file: string; readonly isCheck: boolean },
): Promise<number> {
  const { shop, file, isCheck } = by;
  if (!existsSync(file)) throw new Refusal(`There is no file ${file}.`);
  const openFile = desk.openFile(file);
  const foreign = await desk.withDatabase((database) => {
    const store = createSettings({ database, clock: desk.clock });
    return unitKeptAtShopify({ database, settings: store }, shop);
  });
  const preview = await previewBalances(openFile, { problemsTold: PROBLEMS_TOLD, foreign });
  const { problems, problemCount } = preview;
  for (const { line, text } of problems)
    desk.say(line === 0 ? text : `Line ${line}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`);
  if (problemCount > 0) {
    if (problemCount > problems.length) desk.say(`and ${problemCount - problems.length} more.`);
    desk.say('Nothing was imported.');
    return 1;
  }
  const sums = [...preview.sums].map(([unit, sum]) => `${amountText(unit, sum)} ${unit}`);
  const { rows, customers } = preview;
  desk.say(`${counted(rows, 'balance')} of ${counted(customers, 'customer')}: ${sums.join(', ')}.`);
  if (isCheck) return 0;
  return desk.withDatabase(async (database) => {
    const row = await database.read(shop, (reader) => reader.shop());
    if (row === undefined) throw new Refusal(`${shop}: the ledger has never heard of this shop.`);
    const before = row.seq;
    const progress = (done: number, all: number) => desk.progress(`${done} of ${all} balances`);
    const to = { shop, shopId: row.shopId };
    await importBalances(desk.ledgerOf(database), to, { open: openFile, preview, progress });
    const after = await database.read(shop, (reader) => reader.shop());
    const isNews = (after?.seq ?? before) > before;
    desk.say(isNews ? 'They were added.' : 'All of them had been added before: nothing changed.');
    return 0;
  });
}

async function settings(
  desk: Desk,
  shop: ShopDomain,
  change: { readonly name: string | undefined; readonly value: string | undefined },
): Promise<number> {
  const { name, value } = change;
  return desk.withDatabase(async (database) => {
    const store = createSettings({ database, clock: desk.clock });
    if (name !== undefined) {
      if (!(await database.shops()).includes(shop)) {
        throw new Refusal(`${shop}: the ledger has never heard of this shop.`);
      }
      const told = value === 'true' || value === 'false' ? value === 'true' : value;
      const wanted = { ...(await store.of(shop)), [name]: told };
      const read = v.safeParse(settingsSchema, wanted);
      if (!read.success) throw new Refusal(`There is no setting "${name}" with such a value.`);
      await store.change(shop, read.output, 'command line');
    }
    for (const [key, now] of Object.entries(await store.of(shop))) desk.say(`${key} ${now}`);
    return 0;
  });
}

/** The file of the embedded database. */
function embedded({ settings: { databaseUrl, databaseFile } }: Desk): string {
  if (databaseUrl === undefined) return databaseFile;
  throw new Refusal('PostgreSQL is backed up and put back with its own tools: docs/deploy.md.');
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
