/**
 * A loyalty card's number. It is made of the customer's id and two check characters, so that a
 * register can read a card without a network and without a list of cards. It proves nothing: who
 * knows a number can say it, as with any card that is printed.
 */
import { CROCKFORD } from './crockford.ts';
import type { CustomerId } from './protocol.ts';

/** The largest prime below 32²: one wrong character, or two swapped, give another remainder. */
const CHECK = 1_021;
const GROUP = 4;
const PREFIX = 'TD';

/** "TD-0000-3N2K-9F": the customer's id in Crockford's base 32, then two check characters. */
export function cardNumber(customer: CustomerId): string {
  let digits = '';
  for (let rest = customer; rest > 0; rest = Math.floor(rest / 32))
    digits = `${CROCKFORD[rest % 32]}${digits}`;
  const text = digits.padStart(Math.ceil(digits.length / GROUP) * GROUP, '0') + check(customer);
  return [PREFIX, ...(text.match(/.{1,4}/g) ?? [])].join('-');
}

function check(customer: CustomerId): string {
  const rest = customer % CHECK;
  return `${CROCKFORD[Math.floor(rest / 32)]}${CROCKFORD[rest % 32]}`;
}

const GID = /^gid:\/\/shopify\/Customer\/([1-9]\d{0,15})$/;
const CARD = /^TD([0-9A-HJKMNP-TV-Z]{3,14})$/;

/**
 * The customer that a scanned or typed text names: a card's number, however it is grouped and
 * cased, or Shopify's own id of a customer. `undefined` for anything else.
 */
export function parseCard(text: string): CustomerId | undefined {
  const gid = GID.exec(text.trim())?.[1];
  if (gid !== undefined) return asId(Number(gid));
  // What people read wrong is read the way Crockford meant it.
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const digits = CARD.exec(plain)?.[1];
  if (digits === undefined) return undefined;
  let customer = 0;
  for (const digit of digits.slice(0, -2)) customer = customer * 32 + CROCKFORD.indexOf(digit);
  return digits.slice(-2) === check(customer) ? asId(customer) : undefined;
}

function asId(value: number): CustomerId | undefined {
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
