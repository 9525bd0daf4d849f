/**
 * The three questions of the cart app extension, on the same ledger as the registers. To perform is
 * to hold, to revert is to void; the order that names the action is the sale. Asked again each
 * gives the same answer and takes nothing twice.
 *
 *   action id ── attempts in the table ── reference ── redemption in the ledger
 */
import { assert } from '../../shared/assert.ts';
import type { Random } from '../../shared/ports.ts';
import type { CustomerId, Reference } from '../../shared/protocol.ts';
import type { ShopDomain } from '../database/database.ts';
import type { Ledger } from '../ledger.ts';
import {
  holdDecision,
  readStanding,
  stateOf,
  voidDecision,
  type HoldAnswer,
  type HoldState,
  type Standing,
} from '../ledger/server-holds.ts';
import type { SettingsStore } from '../settings.ts';
import { ACTION_MS, createActionIds, type ActionIds, type OfferedAction } from './action-id.ts';
import {
  ATTEMPT_KEPT_MS,
  ATTEMPTS_MAX,
  createAttempts,
  type Attempt,
  type Attempts,
} from './attempts.ts';
import { NO_ACTIONS, TEMPLATE, type CartAction, type CartAnswer } from './message.ts';
import type { CartRequest } from './message.ts';
import {
  actionTypeOf,
  discountOf,
  offersOf,
  suits,
  termsOf,
  valueOf,
  type Offer,
} from './offers.ts';
import type { OwnOffers } from './own-offers.ts';
import { wordsFor } from './words.ts';

export interface CartActionsDeps {
  readonly ledger: Pick<Ledger, 'database' | 'settle'>;
  readonly settings: Pick<SettingsStore, 'of'>;
  readonly offers: Pick<OwnOffers, 'of'>;
  readonly secrets: readonly string[];
  readonly clock: { now(): number };
  readonly random: Random;
}

/**
 * Why nothing was done. not-found: no such action here, or no longer · others: the cart can't have
 * it now.
 */
export type CartRefusal =
  'not-found' | 'unsupported' | 'balance-too-low' | 'set-aside' | 'too-late' | 'too-often';

export type CartOutcome = { readonly answer: CartAnswer } | { readonly refused: CartRefusal };

/** One question: whose cart it is about, and the end of the time that it may take. */
export interface Asked {
  readonly shop: ShopDomain;
  readonly request: CartRequest;
  readonly signal: AbortSignal;
}

export interface CartActions {
  promotions(asked: Asked): Promise<CartAnswer>;
  perform(asked: Asked): Promise<CartOutcome>;
  revert(asked: Asked): Promise<CartOutcome>;
  /**
   * The redemptions that an order's actions stand for, one for each action that cost points. One
   * that the ledger has not heard of is held first, or noted as refused: the goods are given, and a
   * sale of it is then debited. Ids that were not made here are passed over.
   */
  refsOfActions(shop: ShopDomain, actionIds: readonly string[]): Promise<readonly Reference[]>;
  /** Attempts of long ago are forgotten. */
  forgetOld(shop: ShopDomain, now: number): Promise<void>;
}

/** Perform and revert can meet this often in one call. */
const ROUNDS_MAX = 3;

export function createCartActions(deps: CartActionsDeps): CartActions {
  const { ledger, settings, clock } = deps;
  const context: Context = {
    ...deps,
    ids: createActionIds(deps),
    attempts: createAttempts({ database: ledger.database, random: deps.random }),
  };
  const isOn = async (shop: ShopDomain) => (await settings.of(shop)).cartExtension;

  return {
    async promotions({ shop, request }) {
      return (await isOn(shop)) ? list(context, shop, request) : NO_ACTIONS;
    },
    async perform(asked) {
      return (await isOn(asked.shop)) ? perform(context, asked) : { refused: 'not-found' };
    },
    async revert({ shop, request }) {
      const actionId = request.action_id ?? '';
      const last = await context.attempts.last(shop, actionId);
      const offered = context.ids.read(shop, actionId);
      const isListed = offered !== undefined && offered.until > clock.now();
      const shown = await isOn(shop);
      // What is held is given back, whatever has been switched off since.
      if (last === undefined && !(isListed && shown)) return { refused: 'not-found' };
      if (last !== undefined) await giveUp(context, shop, { last, offered });
      return { answer: shown ? await list(context, shop, request) : NO_ACTIONS };
    },
    async refsOfActions(shop, actionIds) {
      const refs: Reference[] = [];
      for (const actionId of new Set(actionIds)) {
        const ref = await sold(context, shop, actionId);
        if (ref !== undefined) refs.push(ref);
      }
      return refs;
    },
    forgetOld: (shop, now) => context.attempts.forgetOld(shop, now),
  };
}

interface Context extends CartActionsDeps {
  readonly ids: ActionIds;
  readonly attempts: Attempts;
}

/** A customer whose id POS does not tell is served as a cart without one. */
const customerOf = ({ customer_id: customer }: CartRequest): CustomerId | undefined =>
  customer ?? undefined;

const standingOf = ({ ledger }: Context, shop: ShopDomain, request: CartRequest) =>
  ledger.database.read(shop, async (reader) => {
    const standing = await readStanding(reader, customerOf(request));
    // Another shop's id under this domain is nobody's cart.
    return standing?.shopId === request.shop_id ? standing : undefined;
  });

async function list(context: Context, shop: ShopDomain, request: CartRequest): Promise<CartAnswer> {
  const standing = await standingOf(context, shop, request);
  if (standing === undefined || !request.supported_templates.includes(TEMPLATE)) return NO_ACTIONS;
  const offers = offersOf(standing.program, await context.offers.of(shop));
  const customer = customerOf(request);
  const affordable = offers
    .filter((offer) => suits(offer, request))
    .filter(({ points }) => points === 0 || points <= standing.available);
  const now = context.clock.now();
  const actions = affordable.map((offer) => {
    const { id, points } = offer;
    const about = { offer: id, customer: points === 0 ? undefined : customer, points };
    return actionOf(
      offer,
      context.ids.make(shop, { ...about, terms: termsOf(offer) }, now),
      request.locale,
    );
  });
  return { ...shownPoints(standing, request), actions };
}

function actionOf(offer: Offer, actionId: string, locale: string): CartAction {
  const words = wordsFor(locale);
  return {
    type: actionTypeOf(offer),
    title: offer.titleIn(locale),
    description: offer.points === 0 ? words.free : words.cost(offer.points),
    action_id: actionId,
    value: valueOf(offer),
  };
}

function shownPoints({ balance }: Standing, request: CartRequest): Omit<CartAnswer, 'actions'> {
  if (customerOf(request) === undefined) return { type: TEMPLATE };
  const { balance: label } = wordsFor(request.locale);
  return { type: TEMPLATE, points_label: label, points_balance: String(balance) };
}

/** The answer to a performed action: one offer for each cart. */
async function performed(context: Context, shop: ShopDomain, request: CartRequest) {
  const standing = await standingOf(context, shop, request);
  const answer: CartAnswer =
    standing === undefined ? NO_ACTIONS : { ...shownPoints(standing, request), actions: [] };
  return { answer };
}

async function perform(context: Context, asked: Asked): Promise<CartOutcome> {
  const { shop, request, signal } = asked;
  const actionId = request.action_id ?? '';
  const offered = context.ids.read(shop, actionId);
  // Points of a customer who is not on the cart are not spent on it.
  const isTheirs = offered?.customer === undefined || offered.customer === customerOf(request);
  if (offered === undefined || !isTheirs) return { refused: 'not-found' };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const last = await context.attempts.last(shop, actionId);
    const state = last === undefined ? 'unknown' : await stateIn(context, shop, last.ref);
    if (state === 'held') return performed(context, shop, request);
    // A sale has used it: that cart has had its discount.
    if (state === 'captured') return { refused: 'not-found' };
    const open = await reopen(context, asked, offered);
    if ('refused' in open) return open;
    if (offered.points === 0) return performed(context, shop, request);
    if (signal.aborted) return { refused: 'too-late' };
    const attempt = await nextAttempt(context, { shop, actionId, last, state });
    if (attempt === undefined) return { refused: 'too-often' };
    const held = await hold(context, shop, { offered, attempt, offer: open.offer, signal });
    if (held.shortage !== undefined) return { refused: held.shortage };
    if (held.state === 'held') return performed(context, shop, request);
    if (held.state === 'unknown') return { refused: 'too-late' };
    // Somebody else has reverted it, or sold it, in this moment: looked at anew.
  }
  return { refused: 'too-often' };
}

/** The offer of an action, if it can be performed now on the terms on which it was offered. */
async function reopen(
  context: Context,
  { shop, request }: Asked,
  offered: OfferedAction,
): Promise<{ readonly offer: Offer } | { readonly refused: CartRefusal }> {
  const standing = await standingOf(context, shop, request);
  if (standing === undefined || offered.until <= context.clock.now())
    return { refused: 'not-found' };
  const offers = offersOf(standing.program, await context.offers.of(shop));
  const offer = offers.find(({ id }) => id === offered.offer);
  if (offer === undefined || termsOf(offer) !== offered.terms) return { refused: 'not-found' };
  return suits(offer, request) ? { offer } : { refused: 'unsupported' };
}

async function nextAttempt(
  { attempts, clock }: Context,
  by: {
    readonly shop: ShopDomain;
    readonly actionId: string;
    readonly last: Attempt | undefined;
    readonly state: HoldState;
  },
): Promise<Attempt | undefined> {
  const { shop, actionId, last, state } = by;
  // Begun, and the server ended before the ledger heard of it.
  if (last !== undefined && state === 'unknown') return last;
  const n = (last?.n ?? 0) + 1;
  if (n > ATTEMPTS_MAX) return undefined;
  return attempts.begin(shop, actionId, { n, now: clock.now() });
}

async function hold(
  { ledger }: Context,
  shop: ShopDomain,
  by: {
    readonly offered: OfferedAction;
    readonly attempt: Attempt;
    readonly offer: Offer | undefined;
    readonly signal?: AbortSignal;
  },
): Promise<HoldAnswer> {
  const { offered, attempt, offer, signal } = by;
  const { customer, points } = offered;
  assert(customer !== undefined, 'an action that costs points to be for a customer');
  const asked = {
    ref: attempt.ref,
    customer,
    points,
    title: offer?.titleIn('') ?? offered.offer,
    offer: offered.offer,
    discount: offer && discountOf(offer),
  };
  const settled = await ledger.settle(shop, holdDecision(asked, signal));
  if ('refused' in settled) throw new Error(`a hold for a shop that is ${settled.refused}`);
  return settled.result;
}

function stateIn({ ledger }: Context, shop: ShopDomain, ref: Reference): Promise<HoldState> {
  return ledger.database.read(shop, async (reader) => {
    const [row] = await reader.redemptions([ref]);
    return stateOf(row?.facts);
  });
}

/** Voids the newest attempt; those before it are closed, or it would not have been begun. */
async function giveUp(
  { ledger }: Context,
  shop: ShopDomain,
  by: { readonly last: Attempt; readonly offered: OfferedAction | undefined },
): Promise<void> {
  const { customer, points } = by.offered ?? {};
  const claimed = customer === undefined || points === undefined ? undefined : { customer, points };
  const settled = await ledger.settle(shop, voidDecision(by.last.ref, claimed));
  if ('refused' in settled) throw new Error(`a void for a shop that is ${settled.refused}`);
}

/** The redemption that an order's action stands for, after the ledger has heard of it. */
async function sold(
  context: Context,
  shop: ShopDomain,
  actionId: string,
): Promise<Reference | undefined> {
  const offered = context.ids.read(shop, actionId);
  const last = await context.attempts.last(shop, actionId);
  const isFree = offered?.points === 0 || offered?.customer === undefined;
  if (last === undefined && (offered === undefined || isFree)) return undefined;
  const now = context.clock.now();
  if (last === undefined && offered !== undefined && isLongAgo(offered, now)) return undefined;
  const attempt = last ?? (await context.attempts.begin(shop, actionId, { n: 1, now }));
  const state = await stateIn(context, shop, attempt.ref);
  if (state === 'unknown' && offered !== undefined)
    await hold(context, shop, { offered, attempt, offer: undefined });
  return attempt.ref;
}

/**
 * Whether its attempts may have been forgotten: none is known then because none is known any more,
 * and to begin anew would debit a second time what its order has paid. None began before the offer.
 */
function isLongAgo({ until }: OfferedAction, now: number): boolean {
  return now >= until - ACTION_MS + ATTEMPT_KEPT_MS;
}
