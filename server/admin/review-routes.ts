/** `/api/admin/review`: what waits for a person, and what a person decides about it. */
import type { Request as Asked } from 'express';
import {
  needsComment,
  REVIEW_KEY_MAX,
  REVIEW_KINDS,
  reviewRequestSchema,
  undoRequestSchema,
  type ReviewItem,
  type ReviewRequest,
} from '../../shared/merchant/review.ts';
import type { ShopDomain, ShopReader } from '../database/database.ts';
import { HttpError } from '../http-error.ts';
import type { Ledger } from '../ledger.ts';
import type { Again, Decision } from '../ledger/decision.ts';
import { readOperation } from '../ledger/incoming.ts';
import { reviewDecision, undoDecision, type Outcome } from '../ledger/review-decision.ts';
import { readItems } from '../ledger/review-items.ts';
import { unitKeptAtShopify, type SettingsStore } from '../settings.ts';
import type { AdminRoute } from './door.ts';
import { bodyOf, isPlain } from './read-body.ts';
import { readReview, readReviewItem, type ReviewAsked } from './review-page.ts';
import { asJson } from './review-view.ts';

export interface ReviewRouteDeps {
  readonly ledger: Pick<Ledger, 'settle' | 'database'>;
  readonly settings: Pick<SettingsStore, 'of'>;
  readonly clock: { now(): number };
}

const BEFORE_MAX = 300;

export function reviewRoutes(deps: ReviewRouteDeps): readonly AdminRoute[] {
  const { ledger, clock } = deps;
  return [
    {
      method: 'get',
      path: '/review',
      answer: async ({ shop }, asked) => {
        const page = pageAsked(asked);
        const foreign = await foreignIn(deps, shop);
        const read = (reader: ShopReader) =>
          readReview(reader, { ...page, now: clock.now(), foreign });
        return Response.json(await ledger.database.read(shop, read));
      },
    },
    {
      method: 'get',
      path: '/review/item',
      answer: async ({ shop }, asked) => {
        const key = textAsked(asked, 'key', REVIEW_KEY_MAX);
        const item = key === undefined ? undefined : await itemNow(deps, shop, key);
        if (item === undefined) throw notFound();
        return Response.json({ item });
      },
    },
    {
      method: 'post',
      path: '/review/decide',
      answer: async ({ shop, user }, asked) => {
        const request = bodyOf(asked, reviewRequestSchema);
        checkSense(request);
        const again = request.action === 'retry' ? await readAgain(deps, shop, request) : undefined;
        const by = await decider(deps, shop, user);
        return answerDecision(deps, shop, request.key, reviewDecision(request, { ...by, again }));
      },
    },
    {
      method: 'post',
      path: '/review/undo',
      answer: async ({ shop, user }, asked) => {
        const request = bodyOf(asked, undoRequestSchema);
        const by = await decider(deps, shop, user);
        return answerDecision(deps, shop, request.key, undoDecision(request, by));
      },
    },
  ];
}

async function decider(deps: ReviewRouteDeps, shop: ShopDomain, user: string) {
  return { by: user, now: deps.clock.now(), foreign: await foreignIn(deps, shop) };
}

/** The unit in which the ledger only follows somebody else's books. */
export const foreignIn = ({ ledger, settings }: ReviewRouteDeps, shop: ShopDomain) =>
  unitKeptAtShopify({ database: ledger.database, settings }, shop);

async function itemNow(
  deps: ReviewRouteDeps,
  shop: ShopDomain,
  key: string,
): Promise<ReviewItem | undefined> {
  const [foreign, now] = [await foreignIn(deps, shop), deps.clock.now()];
  return deps.ledger.database.read(shop, (reader) => readReviewItem(reader, key, { now, foreign }));
}

/** Each with a sentence for the person who decided. */
const REFUSED: Readonly<Record<Exclude<Outcome, 'done' | 'unknown' | 'changed'>, Refusal>> = {
  'other-content': {
    code: 'decision-taken',
    message: 'This decision was sent before with something else in it. Nothing was changed.',
  },
  'out-of-bounds': {
    code: 'out-of-bounds',
    message: 'The balance would be larger than any balance can be. Nothing was changed.',
  },
  unreadable: {
    code: 'unreadable',
    message: 'It still can’t be read. It may be readable after an update of the server.',
  },
  full: { code: 'full', message: 'Too much was decided about this already.' },
};
const CHANGED: Refusal = {
  code: 'changed',
  message: 'This is not how it was when you looked at it. Look again and decide.',
};

interface Refusal {
  readonly code: string;
  readonly message: string;
}

async function answerDecision(
  deps: ReviewRouteDeps,
  shop: ShopDomain,
  key: string,
  decision: Decision<Outcome>,
): Promise<Response> {
  const settled = await deps.ledger.settle(shop, decision);
  const outcome = 'result' in settled ? settled.result : 'unknown';
  if (outcome === 'unknown') throw notFound();
  if (outcome !== 'done' && outcome !== 'changed') {
    const { code, message } = REFUSED[outcome];
    throw new HttpError(409, code, message);
  }
  const item = await itemNow(deps, shop, key);
  if (outcome === 'changed') return Response.json({ error: CHANGED, item }, { status: 409 });
  // A gap that was filled meanwhile, say, with nothing of it stored.
  if (item === undefined) throw notFound();
  return Response.json({ item });
}

/** What was quarantined as its register sent it, should this server be able to read it now. */
async function readAgain(
  { ledger, clock }: ReviewRouteDeps,
  shop: ShopDomain,
  { key }: ReviewRequest,
): Promise<Again | undefined> {
  return ledger.database.read(shop, async (reader) => {
    const [item] = await readItems(reader, [key], clock.now());
    const row = await reader.shop();
    const operation = item?.operation;
    if (operation === undefined || item?.device === undefined || row === undefined)
      return undefined;
    const incoming = readOperation(asJson(operation.content), 0, row.shopId);
    // Only as a whole, and as it came: what was cut or redacted says something else.
    const isSame = incoming.operation !== undefined && incoming.hash === operation.hash;
    return isSame ? { key: operation.key, device: item.device, incoming } : undefined;
  });
}

function checkSense({ key, action, amount, comment }: ReviewRequest): void {
  const isWithAmount = action === 'credit' || action === 'debit';
  if (isWithAmount !== (amount !== null))
    throw new HttpError(400, 'invalid-request', 'An amount belongs to a credit or a debit.');
  const kind = key.startsWith('gap/') ? 'gap' : 'silent';
  if (needsComment(kind, action) && comment.trim() === '')
    throw new HttpError(400, 'comment-needed', 'Say why what is missing is let go.');
}

const notFound = () => new HttpError(404, 'not-found', 'There is no such thing to look at.');

function pageAsked(asked: Asked): Omit<ReviewAsked, 'now' | 'foreign'> {
  const { state = 'open', kind } = asked.query;
  const known = REVIEW_KINDS.find((one) => one === kind);
  if (state !== 'open' && state !== 'closed') throw invalid('state');
  if (kind !== undefined && known === undefined) throw invalid('kind');
  return { state, kind: known, before: textAsked(asked, 'before', BEFORE_MAX) };
}

/** No database holds a NUL in a text, so that nothing is named by one. */
function textAsked(asked: Asked, name: string, most: number): string | undefined {
  const value = asked.query[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length <= most && isPlain(value)) return value;
  throw invalid(name);
}

const invalid = (name: string) =>
  new HttpError(400, 'invalid-parameter', `"${name}" is not as it may be.`);
