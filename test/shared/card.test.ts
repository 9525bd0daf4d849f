import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardNumber, parseCard } from '../../shared/card.ts';
import { CROCKFORD } from '../../shared/crockford.ts';

const anyCustomer = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('card numbers', () => {
  it('[CN1] a card names its customer, however it is typed', () => {
    fc.assert(
      fc.property(anyCustomer, (customer) => {
        const card = cardNumber(customer);
        expect(parseCard(card)).toBe(customer);
        expect(parseCard(` ${card.toLowerCase().replaceAll('-', ' ')} `)).toBe(customer);
        expect(parseCard(card.replaceAll('0', 'O').replaceAll('1', 'l'))).toBe(customer);
      }),
    );
  });

  it('[CN2] one wrong character is noticed, and so are two neighbours that were swapped', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 13 }),
        fc.nat(13),
        fc.constantFrom(...CROCKFORD),
        (customer, at, other) => {
          const plain = cardNumber(customer).replaceAll('-', '');
          const place = 2 + (at % (plain.length - 2));
          const wrong = plain.slice(0, place) + other + plain.slice(place + 1);
          if (wrong !== plain) expect(parseCard(wrong)).not.toBe(customer);
          if (wrong !== plain) expect(parseCard(wrong)).toBeUndefined();
          const [a = '', b = ''] = [plain[place], plain[place + 1]];
          const swapped = plain.slice(0, place) + b + a + plain.slice(place + 2);
          if (b !== '' && swapped !== plain) expect(parseCard(swapped)).toBeUndefined();
        },
      ),
    );
  });

  it("[CN3] Shopify's own id of a customer is understood as well", () => {
    expect(parseCard('gid://shopify/Customer/7012345678901')).toBe(7_012_345_678_901);
  });

  it.each([
    '',
    'TD',
    'TD-0000-00',
    '12345',
    'gid://shopify/Order/7',
    'gid://shopify/Customer/0',
    'TD-ZZZZ-ZZZZ-ZZZZ-ZZ',
    'https://shop.example/cards/7',
    'x'.repeat(5_000),
  ])('[CN3] %j is nobody', (text) => {
    expect(parseCard(text)).toBeUndefined();
  });
});
