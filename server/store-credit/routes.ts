/** `/api/admin/store-credit`: what a merchant sees of store credit at Shopify, and decides. */
import * as v from '../../shared/schema.ts';
import type { AdminRoute } from '../admin/door.ts';
import { HttpError } from '../http-error.ts';
import type { StoreCredit } from './store-credit.ts';
import type { Conflict, Problem } from './transfers.ts';

const KEY_LENGTH_MAX = 40;
const keySchema = v.strictObject({ key: v.pipe(v.string(), v.maxLength(KEY_LENGTH_MAX)) });

/** What a person reads of each. */
const WORDS: Readonly<Record<Problem, string>> = {
  'insufficient-funds': 'The customer has less store credit at Shopify than was used.',
  'no-account': 'Shopify knows no such customer, or no account in this currency.',
  'customer-forgotten': 'The customer was forgotten or is not known any more.',
  unreadable: 'Shopify could not be asked about this account for hours. Nothing was sent.',
  refused: 'Shopify refused it.',
  unclear: 'No answer came, and the history at Shopify does not tell whether it was done.',
  'done-twice': 'Shopify shows it twice: put one of them right there, then mark this as settled.',
};

export function storeCreditRoutes(credit: StoreCredit): readonly AdminRoute[] {
  const decision = (
    path: string,
    decide: StoreCredit['retry'] | StoreCredit['settle'],
  ): AdminRoute => ({
    method: 'post',
    path: `/store-credit/${path}`,
    answer: async ({ shop, user }, asked) => {
      const read = v.safeParse(keySchema, asked.body);
      if (!read.success || Array.isArray(asked.body))
        throw new HttpError(400, 'invalid-request', 'The body must be {"key": "…"}.');
      if (!(await decide(shop, read.output.key, user)))
        throw new HttpError(404, 'not-found', 'No such transfer waits for this decision.');
      return Response.json({ status: 'ok' });
    },
  });
  return [
    {
      method: 'get',
      path: '/store-credit',
      answer: async ({ shop }) => {
        const state = await credit.state(shop);
        const conflicts = await credit.conflicts(shop);
        return Response.json({ state: state ?? null, conflicts: conflicts.map(forPeople) });
      },
    },
    decision('retry', credit.retry),
    decision('settle', credit.settle),
  ];
}

function forPeople(conflict: Conflict) {
  const { key, customerId, unit, amount, ref, problem, attempt, madeAt, changedAt } = conflict;
  const evidence: unknown = JSON.parse(conflict.evidence ?? '{}');
  return {
    key,
    customer: customerId ?? null,
    currency: unit,
    /** Minor units, above zero. */
    amount: Math.abs(amount),
    direction: amount > 0 ? 'debit' : 'credit',
    ref: ref ?? null,
    problem: problem ?? null,
    text: problem === undefined ? '' : WORDS[problem],
    attempts: attempt,
    madeAt,
    changedAt,
    evidence,
  };
}
