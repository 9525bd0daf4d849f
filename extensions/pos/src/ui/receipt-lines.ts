/**
 * What a receipt says about points and rewards, worked out of POS's transaction and this device's
 * memory alone. The background may not have stored the sale yet, so the transaction is read the
 * way the background reads it.
 */
import type { Random } from '../../../../shared/ports.ts';
import type { CustomerId, Reference } from '../../../../shared/protocol.ts';
import { fromTransaction } from '../../../register/pos-events.ts';
import { operationsOf, type View } from '../../../register/view.ts';
import { receipt as de } from '../../locales/de.json';
import { receipt as en } from '../../locales/en.default.json';
import { receipt as es } from '../../locales/es.json';
import { receipt as fr } from '../../locales/fr.json';
import { receipt as ja } from '../../locales/ja.json';
import type { Translator, Words } from '../../../screens/words.ts';

const TEXTS: Readonly<Record<string, typeof en>> = { en, de, es, fr, ja };

/** POS translates for every target but a receipt: the few words of one are in the bundle. */
export function receiptTexts(locale: string): Translator {
  const texts: Readonly<Record<string, string>> = TEXTS[locale.split('-')[0] ?? ''] ?? en;
  const local = (value: Date | number, options?: object): string =>
    value.toLocaleString(locale, options);
  return {
    translate: (key) => texts[key.slice('receipt.'.length)] ?? '',
    formatNumber: local,
    formatCurrency: (value, options) => local(value, { style: 'currency', ...options }),
    formatDate: local,
  };
}

export interface ReceiptFacts {
  readonly view: View;
  readonly shopId: number;
  readonly currency: string;
  readonly device: string;
  readonly isConnected: boolean;
  readonly random: Random;
}

interface PosTransaction {
  readonly customer?: { readonly id: CustomerId };
  readonly executedAt?: string;
}

/**
 * Lines to print, one fact each; none when the purchase had nothing to do with loyalty. Of a
 * receipt that is printed again, the balance alone: what became of its points is not known here.
 */
export function receiptLines(
  transaction: unknown,
  facts: ReceiptFacts,
  { text, number, money, time }: Words,
): readonly string[] {
  const { view, device, currency } = facts;
  const { customer, executedAt = '' } = (transaction ?? {}) as PosTransaction;
  const session = {
    device,
    deviceName: '',
    location: 0,
    user: 0,
    staff: null,
    build: '',
    currency,
  };
  const lines: string[] = [];
  let owner = customer?.id;
  for (const draft of fromTransaction(transaction, { ...facts, session, unknown: 0 })) {
    if (draft.kind === 'commit') {
      const { ref, hold, body } = draft;
      owner ??= hold?.customer;
      const value = hold?.unit === 'points' ? number(hold.amount) : money(body.discount);
      lines.push(`${titleOf(view, ref)}−${value} · ${ref}`);
    } else if (draft.kind === 'earn') {
      const { customer, points } = draft.body;
      const isCounted = isIncluded(view, customer, Date.parse(executedAt));
      const soon = isCounted ? '' : ` (${text('receipt.soon')})`;
      lines.push(`${text('receipt.points')}: +${number(points)}${soon}`);
    }
  }
  const balance = owner === undefined ? undefined : view.available(owner, 'points');
  if (balance !== undefined) {
    const { available, known } = balance;
    lines.push(`${text('receipt.balance')} (${time(known.heardAt)}): ${number(available)}`);
  }
  return lines;
}

/** What was redeemed, where it was redeemed on this device. */
function titleOf(view: View, ref: Reference): string {
  const intents = operationsOf(view.operations.values(), 'intent');
  const intent = intents.find((one) => one.ref === ref);
  return intent === undefined ? '' : `${intent.body.title}: `;
}

/** Whether the balance was heard after the sale, and no points of the customer wait here. */
function isIncluded(view: View, customer: CustomerId, soldAt: number): boolean {
  const heardAt = view.available(customer, 'points')?.known.heardAt ?? 0;
  return (
    heardAt > soldAt &&
    !operationsOf(view.pending, 'earn').some(({ body }) => body.customer === customer)
  );
}
