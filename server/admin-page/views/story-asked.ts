/** What a register, or a person in the admin, wrote into an operation, as far as it can be read. */
import type { Currency } from '../../../shared/amount.ts';
import { isAmount, isCurrency } from '../../../shared/amount.ts';

export interface Asked {
  readonly title: string | undefined;
  readonly discount: { readonly currency: Currency; readonly amount: number } | undefined;
  readonly offline: boolean | undefined;
  readonly pin: boolean;
  readonly reason: string | undefined;
  /** What somebody typed beside it. */
  readonly text: string | undefined;
  /** The account in the admin that decided it. */
  readonly by: string | undefined;
}

/** Any value at all: what could not be read on arrival is shown by the same view. */
export function readAsked(asked: unknown): Asked {
  const top = fields(asked);
  const body = fields(top['body']);
  const discount = fields(body['discount']);
  const { currency, amount } = discount;
  return {
    title: text(body['title']),
    discount:
      isCurrency(currency) && isAmount(amount) && amount > 0 ? { currency, amount } : undefined,
    offline: typeof body['offline'] === 'boolean' ? body['offline'] : undefined,
    pin: body['pin'] === true,
    reason: text(body['reason']) ?? text(top['reason']),
    text: text(body['text']) ?? text(top['comment']),
    by: text(top['by']),
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** What came, for people who want to see it; text stays text. */
export function rawText(asked: unknown): string {
  return typeof asked === 'string' ? asked : JSON.stringify(asked, undefined, 2);
}
