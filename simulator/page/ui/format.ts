/** Money, times and names as the register writes them. */
import { format } from 'date-fns/format';
import { formatDecimal, minor, type Currency } from '../../../shared/amount.ts';
import { CUSTOMER_LIST, type DemoCustomer } from '../../shop.ts';

/** 1450 EUR → "€14.50" in the register's language. */
export function money(amount: number, currency: Currency, locale: string): string {
  const text = formatDecimal({ amount: minor(amount), currency });
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(Number(text));
}

export function clockTime(ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(ms);
}

/** "de" → "Deutsch": a language as its speakers call it. */
export function languageName(locale: string): string {
  return new Intl.DisplayNames(locale, { type: 'language' }).of(locale) ?? locale;
}

export function preciseTime(ms: number): string {
  return format(ms, 'HH:mm:ss');
}

const customerById = new Map(CUSTOMER_LIST.map((customer) => [customer.id, customer]));

/** A customer that the demo shop does not know has a number and no name. */
export function customerNamed(id: number): DemoCustomer {
  return customerById.get(id) ?? { id, name: `Customer ${id}`, contact: '' };
}

/** The first customers whose name, phone or id holds what was typed. */
export function findCustomers(typed: string, most: number): DemoCustomer[] {
  const wanted = typed.trim().toLowerCase();
  const found: DemoCustomer[] = [];
  for (const customer of CUSTOMER_LIST) {
    if (found.length === most) break;
    const { id, name, contact } = customer;
    if (`${name} ${contact} ${id}`.toLowerCase().includes(wanted)) found.push(customer);
  }
  return found;
}

export function initials(name: string): string {
  return name
    .split(' ')
    .map((part) => part.charAt(0))
    .join('')
    .slice(0, 2);
}
