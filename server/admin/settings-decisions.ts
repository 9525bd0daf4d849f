/**
 * `/api/admin/program`, `/api/admin/policy`: what the merchant decides for the registers. Whoever
 * decides names the version that they looked at, so that two people never undo each other's
 * decisions unseen; versions are kept with who made them and when.
 */
import { randomCrockford } from '../../shared/crockford.ts';
import {
  policyRequestSchema,
  programRequestSchema,
  type PolicyAnswer,
  type PolicyRequest,
  type ProgramAnswer,
  type ShownPolicy,
} from '../../shared/merchant/settings.ts';
import { hashPin } from '../../shared/pin.ts';
import type { Random } from '../../shared/ports.ts';
import type { Pin, Policy } from '../../shared/program.ts';
import type { ShopReader, ShopRow } from '../database/database.ts';
import { HttpError } from '../http-error.ts';
import type { Ledger } from '../ledger.ts';
import {
  policyDecision,
  programDecision,
  type Decision,
  type DecisionFault,
} from '../ledger/decision.ts';
import type { Log } from '../log.ts';
import type { AdminContext } from '../shopify/authenticate.ts';
import { ensureShop, isUndecided } from '../shopify/install.ts';
import type { AdminRoute } from './door.ts';
import { bodyOf, notAsItMustBe } from './read-body.ts';
import { policyFault, programFault } from './settings-sense.ts';

export interface DecisionRouteDeps {
  readonly ledger: Pick<Ledger, 'settle' | 'database'>;
  readonly random: Random;
  readonly clock: { now(): number };
  readonly log: Log;
}

const VERSIONS_TOLD = { before: Number.MAX_SAFE_INTEGER, limit: 50 };
const REGISTERS_MAX = 10_000;
/** A register that has not called for so long counts no more among those that may promise. */
const ABSENT_MS = 30 * 86_400_000;
const PROGRAM_BYTES_MAX = 64 * 1_024;
const SALT_LENGTH = 16;

export function decisionRoutes(deps: DecisionRouteDeps): readonly AdminRoute[] {
  const { ledger } = deps;
  return [
    {
      method: 'get',
      path: '/program',
      answer: async ({ shop }) => Response.json(await known(ledger, shop, readProgram)),
    },
    {
      method: 'put',
      path: '/program',
      body: { type: 'application/json', bytesMax: PROGRAM_BYTES_MAX },
      answer: async (context, asked) => {
        const { shop, user: by } = context;
        const { expected, program } = bodyOf(asked, programRequestSchema);
        refuseIf(programFault(program));
        await installed(deps, context);
        await decide(ledger, shop, programDecision(program, { by, expected }));
        return Response.json(await known(ledger, shop, readProgram));
      },
    },
    {
      method: 'get',
      path: '/policy',
      answer: async ({ shop }) => Response.json(await known(ledger, shop, policyReader(deps))),
    },
    {
      method: 'put',
      path: '/policy',
      answer: async (context, asked) => {
        const { shop, user: by } = context;
        const { expected, policy, pin } = bodyOf(asked, policyRequestSchema);
        refuseIf(policyFault(policy));
        const whole = { ...policy, version: expected, ...pinOf(pin, deps.random) };
        await decide(ledger, shop, policyDecision(whole, { by, expected }));
        return Response.json(await known(ledger, shop, policyReader(deps)));
      },
    },
  ];
}

function refuseIf(path: string | undefined): void {
  if (path !== undefined) throw notAsItMustBe(path);
}

/** The digits end here: what is kept is their salted hash. Absent, the PIN stays as it is. */
function pinOf(digits: PolicyRequest['pin'], random: Random): { readonly pin?: Pin | null } {
  if (digits === undefined) return {};
  if (digits === null) return { pin: null };
  const salt = randomCrockford(random, SALT_LENGTH);
  return { pin: { salt, hash: hashPin(digits, salt) } };
}

/**
 * A register may have made the shop before its currency was known. It is asked for once more before
 * the first decision, which settles the currency for good.
 */
async function installed({ ledger, log }: DecisionRouteDeps, context: AdminContext): Promise<void> {
  const row = await ledger.database.read(context.shop, (reader) => reader.shop());
  if (row !== undefined && isUndecided(row.program)) await ensureShop({ ledger, log }, context);
}

async function decide(
  ledger: Pick<Ledger, 'settle'>,
  shop: AdminContext['shop'],
  decision: Decision<DecisionFault | undefined>,
): Promise<void> {
  const settled = await ledger.settle(shop, decision);
  if ('refused' in settled) throw unknownShop();
  switch (settled.result) {
    case 'changed':
      throw new HttpError(409, 'changed', 'Somebody else has decided meanwhile: look at it again.');
    case 'other-currency':
      throw new HttpError(400, 'other-currency', 'The program is counted in the shop’s currency.');
    case undefined:
      return;
  }
}

/** What `read` tells of a shop that the ledger knows. */
async function known<T>(
  { database }: Pick<Ledger, 'database'>,
  shop: AdminContext['shop'],
  read: (reader: ShopReader, row: ShopRow) => Promise<T>,
): Promise<T> {
  const told = await database.read(shop, async (reader) => {
    const row = await reader.shop();
    return row === undefined ? undefined : { answer: await read(reader, row) };
  });
  if (told === undefined) throw unknownShop();
  return told.answer;
}

function unknownShop(): HttpError {
  const message = 'No register has called yet, and the app is not set up. Open the app once more.';
  return new HttpError(404, 'unknown-shop', message);
}

async function readProgram(reader: ShopReader, { program }: ShopRow): Promise<ProgramAnswer> {
  const versions = await reader.decisions('program', VERSIONS_TOLD);
  return {
    program,
    versions: versions.map(({ version, decided, at, by }) => ({
      version,
      at,
      by,
      program: decided,
    })),
  };
}

function policyReader({ clock }: Pick<DecisionRouteDeps, 'clock'>) {
  return async (reader: ShopReader, { policy, customers }: ShopRow): Promise<PolicyAnswer> => {
    const versions = await reader.decisions('policy', VERSIONS_TOLD);
    const since = clock.now() - ABSENT_MS;
    const registers = await reader.registers(REGISTERS_MAX);
    return {
      policy: shown(policy),
      versions: versions.map(({ version, decided, at, by }) => ({
        version,
        at,
        by,
        policy: shown(decided),
      })),
      registers: registers.filter(({ lastSeenAt }) => lastSeenAt >= since).length,
      customers,
    };
  };
}

/** Not even the hash of a PIN leaves for a page: few digits are found by trying them all. */
function shown({ pin, ...policy }: Policy): ShownPolicy {
  return { ...policy, hasPin: pin !== null };
}
