/** The offline policy as a merchant types it, and back: pure, with what is wrong or odd. */
import { formatDecimal, minor, type Currency } from '../../../shared/amount.ts';
import type { PolicyRequest, ShownPolicy } from '../../../shared/merchant/settings.ts';
import { PIN_DIGITS_MAX, PIN_DIGITS_MIN } from '../../../shared/program.ts';
import { readMoney, readWhole } from './settings-program-form.ts';

export interface PolicyDraft {
  readonly redeemOffline: boolean;
  readonly earnOffline: boolean;
  readonly perCustomer: string;
  readonly perRegister: string;
  readonly redemptionsMax: string;
  readonly fullAgeHours: string;
  readonly halfAgeHours: string;
  readonly strict: boolean;
  /** What becomes of the manager's PIN; `digits` count for `set` alone. */
  readonly pin: 'keep' | 'set' | 'remove';
  readonly digits: string;
}

export type PolicyField = keyof PolicyDraft;
export type PolicyFault = 'not-whole' | 'not-amount' | 'before-full' | 'digits';
export type PolicyFaults = Partial<Record<PolicyField, PolicyFault>>;
export type LimitsPolicy = PolicyRequest['policy'];

export function policyDraft(policy: ShownPolicy, currency: Currency): PolicyDraft {
  const money = (amount: number) => formatDecimal({ currency, amount: minor(amount) });
  return {
    redeemOffline: policy.redeemOffline,
    earnOffline: policy.earnOffline,
    perCustomer: money(policy.perCustomer),
    perRegister: money(policy.perRegister),
    redemptionsMax: String(policy.redemptionsMax),
    fullAgeHours: String(policy.fullAgeHours),
    halfAgeHours: String(policy.halfAgeHours),
    strict: policy.strict,
    pin: 'keep',
    digits: '',
  };
}

export type PolicyRead =
  | { readonly policy: LimitsPolicy; readonly pin: { readonly pin?: string | null } }
  | { readonly faults: PolicyFaults };

export function readPolicy(draft: PolicyDraft, currency: Currency): PolicyRead {
  const faults: PolicyFaults = {};
  const money = (field: 'perCustomer' | 'perRegister') => {
    const amount = readMoney(draft[field], currency);
    if (amount === undefined) faults[field] = 'not-amount';
    return amount ?? minor(0);
  };
  const whole = (field: 'redemptionsMax' | 'fullAgeHours' | 'halfAgeHours') => {
    const value = readWhole(draft[field], 0);
    if (value === undefined) faults[field] = 'not-whole';
    return value ?? 0;
  };
  const policy: LimitsPolicy = {
    redeemOffline: draft.redeemOffline,
    earnOffline: draft.earnOffline,
    perCustomer: money('perCustomer'),
    perRegister: money('perRegister'),
    redemptionsMax: whole('redemptionsMax'),
    fullAgeHours: whole('fullAgeHours'),
    halfAgeHours: whole('halfAgeHours'),
    strict: draft.strict,
  };
  const areHours = faults.fullAgeHours === undefined && faults.halfAgeHours === undefined;
  if (areHours && policy.halfAgeHours < policy.fullAgeHours) faults.halfAgeHours = 'before-full';
  if (draft.pin === 'set' && !isPinText(draft.digits)) faults.digits = 'digits';
  if (Object.keys(faults).length > 0) return { faults };
  return { policy, pin: pinPart(draft) };
}

function pinPart({ pin, digits }: PolicyDraft): { readonly pin?: string | null } {
  if (pin === 'keep') return {};
  return { pin: pin === 'set' ? digits : null };
}

const isPinText = (text: string): boolean =>
  /^\d+$/.test(text) && text.length >= PIN_DIGITS_MIN && text.length <= PIN_DIGITS_MAX;

/** What can be meant, and is probably not. */
export type Oddity =
  'nothing-redeemed' | 'customer-above-register' | 'no-half' | 'pin-never' | 'forgotten-first';

/** A register forgets what it has not written for so long. */
const REMEMBERED_HOURS = 30 * 24;

export function oddities(policy: LimitsPolicy, hasPin: boolean): readonly Oddity[] {
  const found: Oddity[] = [];
  if (!policy.redeemOffline) return found;
  const { perCustomer, perRegister, redemptionsMax, fullAgeHours, halfAgeHours } = policy;
  if (perCustomer === 0 || perRegister === 0 || redemptionsMax === 0 || halfAgeHours === 0)
    found.push('nothing-redeemed');
  else if (perCustomer > perRegister) found.push('customer-above-register');
  if (halfAgeHours === fullAgeHours) found.push(hasPin ? 'pin-never' : 'no-half');
  if (halfAgeHours > REMEMBERED_HOURS) found.push('forgotten-first');
  return found;
}
