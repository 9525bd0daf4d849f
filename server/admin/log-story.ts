/** Everything that is known of one operation: asked, attempts, answers, settled, order. */
import type { Story } from '../../shared/merchant/log.ts';
import * as v from '../../shared/schema.ts';
import { text, whole } from '../../shared/protocol.ts';
import type { Facts, OperationView, RedemptionRow, ShopReader } from '../database/database.ts';
import type { LogConditions } from '../database/log-reads.ts';
import { redemptionFlags } from '../ledger/settlement.ts';
import { operationForPage } from './log-view.ts';

const RELATED_MAX = 50;
const EVERYWHERE = { before: Number.MAX_SAFE_INTEGER, floor: 1, only: {} satisfies LogConditions };

const promiseSchema = v.looseObject({
  body: v.looseObject({
    title: v.optional(text(120)),
    shown: v.optional(
      v.looseObject({ balance: v.pipe(v.number(), v.safeInteger()), ageMs: v.nullable(whole(0)) }),
    ),
  }),
});

/** `undefined` when nothing was kept under this id. */
export async function readLogStory(reader: ShopReader, id: string): Promise<Story | undefined> {
  const rows = await reader.operation(id);
  const [first] = rows;
  if (first === undefined) return undefined;
  const itself = { before: first.seq + 1, floor: first.seq, limit: 1, only: {} };
  const [shown] = await reader.logRows({ by: 'key', value: id }, itself);
  if (shown === undefined) return undefined;
  const entries = await reader.entries(first.seq);
  return {
    operation: operationForPage(shown),
    asked: parsed(first.content),
    attempts: await attemptsOf(reader, rows),
    entries: entries.map(({ unit, customer, held, redeemed, issued, balance }) => {
      return { unit, customer, held, redeemed, issued, balance };
    }),
    ...(await redemptionOf(reader, first.ref)),
    shown: shownTo(first.content),
  };
}

async function attemptsOf(reader: ShopReader, rows: readonly OperationView[]) {
  const attempts: Story['attempts'][number][] = [];
  for (const { seq, at, syncId, device, status } of rows) {
    // The one that settled it; only those that came after have rows of their own.
    if (syncId !== undefined && device !== undefined) attempts.push({ at, syncId, device, status });
    for (const again of await reader.attempts(seq)) {
      const { at: when, syncId: sync, device: from, status: answered } = again;
      attempts.push({ at: when, syncId: sync, device: from, status: answered });
    }
  }
  return attempts.sort((a, b) => a.at - b.at);
}

async function redemptionOf(
  reader: ShopReader,
  ref: string | undefined,
): Promise<Pick<Story, 'related' | 'redemption'>> {
  if (ref === undefined) return { related: [], redemption: null };
  const [row] = await reader.redemptions([ref]);
  const rows = await reader.logRows(
    { by: 'ref', value: ref },
    { ...EVERYWHERE, limit: RELATED_MAX },
  );
  const related = rows.map(operationForPage).reverse();
  if (row === undefined) return { related, redemption: null };
  const { facts, posted } = row;
  return {
    related,
    redemption: {
      ref,
      title: await titleOf(reader, facts),
      unit: posted?.unit ?? null,
      held: posted?.held ?? 0,
      captured: posted?.captured ?? 0,
      givenBack: posted?.givenBack ?? 0,
      state: stateOf(row),
      missingSince: facts.missingSince ?? null,
      releaseAt: row.dueAt ?? null,
      orderIds: ordersOf(facts),
      flags: [...redemptionFlags(facts)],
    },
  };
}

/** A sale counts before a void, and what was closed before what is still open. */
function stateOf({ facts }: RedemptionRow): NonNullable<Story['redemption']>['state'] {
  if (facts.sales.length > 0) return 'captured';
  if (facts.refused) return 'refused';
  if (facts.voided) return 'voided';
  if (facts.released) return 'released';
  return facts.missingSince === undefined ? 'held' : 'missing';
}

function ordersOf({ sales }: Facts): number[] {
  return [...new Set(sales.flatMap(({ orderId }) => orderId ?? []))];
}

async function titleOf(reader: ShopReader, { intent }: Facts): Promise<string | null> {
  if (intent === undefined) return null;
  const [asked] = await reader.operation(intent.id);
  return asked === undefined ? null : (promiseOf(asked.content)?.title ?? null);
}

/** What the person at the register saw when they promised it. */
function shownTo(content: string): Story['shown'] {
  const shown = promiseOf(content)?.shown;
  return shown === undefined ? null : { balance: shown.balance, ageMs: shown.ageMs };
}

function promiseOf(content: string) {
  const read = v.safeParse(promiseSchema, parsed(content));
  return read.success ? read.output.body : undefined;
}

/** What was quarantined may be no JSON at all; then it is shown as the text that it is. */
function parsed(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return content;
  }
}
