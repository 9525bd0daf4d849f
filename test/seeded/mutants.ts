/**
 * Deliberate faults, one law taken out at a time. They exist only here: a source file is changed
 * while a simulation loads it, by replacing a text that must stand in it exactly once.
 */
export interface Mutant {
  readonly name: string;
  /** The law that it breaks, as SPEC.md calls it. */
  readonly law: string;
  readonly what: string;
  readonly file: string;
  /** A seed that notices it: `npm run simulate -- --mutant NAME` finds one. */
  readonly firstSeed: number;
  readonly find: string;
  readonly put: string;
  /** Whether it takes a shop in strict mode to notice it. */
  readonly strict?: true;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-post-check',
    law: 'IV3',
    firstSeed: 216,
    what: 'a redemption is promised without a second look at what others stored meanwhile',
    file: 'extensions/register/saga.ts',
    find: "if (refusal !== undefined) return giveUp('overdrawn-locally', refusal);",
    put: '',
  },
  {
    name: 'forget-when-sent',
    law: 'IV1',
    firstSeed: 1,
    what: 'records go before a stored answer settles them',
    file: 'extensions/register/outbox.ts',
    find: 'if (!isSettledForGood(view, one.id)) continue;',
    put: 'if (view === undefined) continue;',
  },
  {
    name: 'delete-before-copy',
    law: 'IV1',
    firstSeed: 1,
    what: 'compaction deletes the single records before their segment is written',
    file: 'extensions/register/outbox.ts',
    find: '// D2: this context writes a later record with all of it, and reads that back.',
    put: 'await remove(sources);',
  },
  {
    name: 'balances-apart',
    law: 'IV5',
    firstSeed: 1,
    what: 'an answer settles operations without the balances that include them',
    file: 'extensions/register/exchange.ts',
    find: 'balances[customer] = { ...balances[customer], [unit]: balance };',
    put: 'if (response.results.length > 0) continue; balances[customer] = { [unit]: balance };',
  },
  {
    name: 'settle-by-echo',
    law: 'IV8',
    firstSeed: 73,
    what: 'an answer names only the operations of its own request',
    file: 'server/ledger/answer.ts',
    find: 'settled: settledOnce(fromFeed, pushed),',
    put: 'settled: settledOnce(fromFeed.slice(0, 0), pushed),',
  },
  {
    name: 'settle-ahead',
    law: 'IV8',
    firstSeed: 5,
    what: 'operations count as settled although the stored balances do not reach them',
    file: 'extensions/register/balances.ts',
    find: 'asOf: chained ? chain.cursor : run.cursor,',
    put: 'asOf: Number.MAX_SAFE_INTEGER,',
  },
  {
    name: 'holds-not-taken-off',
    law: 'IV3',
    firstSeed: 5,
    what: 'the balance a person sees leaves out what waits on the device',
    file: 'extensions/register/view.ts',
    find: "if (item?.kind === 'hold' && (!isSettled(one) || isPromised(one))) waiting.push(item);",
    put: '',
  },
  {
    name: 'oldest-answer-wins',
    law: 'IV4',
    firstSeed: 50,
    what: 'an older answer replaces a newer one',
    file: 'extensions/register/balances.ts',
    find: 'b.epoch - a.epoch || b.cursor - a.cursor;',
    put: 'b.epoch - a.epoch || a.cursor - b.cursor;',
  },
  {
    name: 'void-beats-commit',
    law: 'IV7',
    firstSeed: 146,
    what: 'a sale of a voided redemption is not booked',
    file: 'server/ledger/settlement.ts',
    find: 'if (isCaptured(facts)) return { customer',
    put: 'if (isCaptured(facts) && !facts.voided) return { customer',
  },
  {
    name: 'no-claim',
    law: 'IV5',
    firstSeed: 2,
    what: 'the ledger does not know again what comes twice, and never settles it',
    file: 'server/ledger/operation-decision.ts',
    find: 'if (repeated !== undefined) return repeat(',
    put: 'if (repeated !== undefined && rows.length > 9) return repeat(',
  },
  {
    name: 'lease-ignored',
    law: 'LE2',
    firstSeed: 20,
    strict: true,
    what: 'a register that is cut off promises the whole balance',
    file: 'extensions/register/view.ts',
    find: 'balances.share === 1',
    put: 'balances.share >= 0',
  },
  {
    name: 'share-at-once',
    law: 'LE3',
    firstSeed: 53,
    strict: true,
    what: 'a smaller share counts before its register has heard of it',
    file: 'server/ledger/leases.ts',
    find: 'told: share, toldAt: seq, held, from',
    put: 'told: share, toldAt: seq, held: share, from',
  },
];
