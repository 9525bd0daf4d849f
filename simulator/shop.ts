/**
 * The demo shop. Its server keeps what a real one keeps: customer ids, points, credit. Names exist
 * only here, because on a register they come from POS, never from the app.
 */
import { currency, minor, points, type Minor, type Points } from '../shared/amount.ts';
import type { Policy, Program } from '../shared/program.ts';
import { POLICY_DEFAULT } from '../shared/program.ts';

export const SHOP_ID = 68_817_551_382;
export const SHOP_DOMAIN = 'tideover-demo.myshopify.io';
export const SHOP_NAME = 'Harbour Goods';
export const SHOP_CURRENCY = currency('EUR');
export const SALES_TAX_PERCENT = 20;
export const CUSTOMERS = 2_000;
export const FIRST_CUSTOMER_ID = 7_100_000_000_001;

export interface DemoCustomer {
  readonly id: number;
  readonly name: string;
  readonly contact: string;
}

export interface DemoBalance {
  readonly customer: number;
  readonly points: Points;
  readonly credit: Minor;
}

export type ProductPicture =
  | 'mug'
  | 'bag'
  | 'candle'
  | 'shaker'
  | 'hat'
  | 'apron'
  | 'soap'
  | 'bowl'
  | 'jacket'
  | 'card'
  | 'knife'
  | 'blanket';

export interface DemoProduct {
  readonly productId: number;
  readonly variantId: number;
  readonly title: string;
  readonly price: Minor;
  readonly sku: string;
  readonly barcode: string;
  readonly vendor: string;
  readonly hue: number;
  readonly picture: ProductPicture;
}

export interface Place {
  readonly id: number;
  readonly name: string;
}

export const LOCATIONS: readonly Place[] = [
  { id: 90_001, name: 'Harbour Street' },
  { id: 90_002, name: 'Pop-up at the pier' },
];

export const STAFF: readonly Place[] = [
  { id: 5_101, name: 'Ines Moreau' },
  { id: 5_102, name: 'Tom Okafor' },
  { id: 5_103, name: 'Lena Fischer' },
];

/**
 * Shopify accounts that may be logged in on the device; the pinned staff member is another thing.
 */
export const USERS: readonly Place[] = [
  { id: 5_100, name: 'Shop owner' },
  { id: 5_110, name: 'Pop-up account' },
];

const NAMED: readonly (readonly [string, number, number])[] = [
  ['Ada Lindqvist', 1_250, 2_000],
  ['Bruno Castell', 480, 0],
  ['Chidi Anand', 3_100, 7_550],
  ['Dora Weiss', 90, 500],
  ['Emil Haugen', 0, 0],
  ['Farah Nasser', 760, 12_000],
  ['Gwen Pritchard', 205, 1_250],
  ['Hugo Lambert', 1_500, 300],
];

const FIRST_NAMES =
  'Alma Björn Clara Dario Elsa Finn Greta Henri Ida Jonas ' +
  'Kaja Levi Mira Nils Olga Paul Rosa Sven Tilda Yara';
const LAST_NAMES =
  'Aalto Berg Costa Dubois Eriksen Ferrari Graf Holm Ivanova Jansen ' +
  'Keller Larsen Marin Novak Olsen Petit Roux Sousa Thorn Weber';

export const CUSTOMER_LIST: readonly DemoCustomer[] = Array.from(
  { length: CUSTOMERS },
  (_, index) => demoCustomer(index),
);

function demoCustomer(index: number): DemoCustomer {
  const id = FIRST_CUSTOMER_ID + index;
  const named = NAMED[index]?.[0];
  const first = FIRST_NAMES.split(' ');
  const last = LAST_NAMES.split(' ');
  const name =
    named ??
    `${first[index % first.length]} ${last[Math.floor(index / first.length) % last.length]}`;
  const phone = String(1_000_000 + ((index * 7_919) % 9_000_000));
  return { id, name, contact: `+33 6 ${phone.slice(0, 3)} ${phone.slice(3)}` };
}

/**
 * Every customer's opening balance: the named ones as written above, the others by a fixed pattern.
 */
export function openingBalances(): DemoBalance[] {
  return CUSTOMER_LIST.map(({ id }, index) => {
    const named = NAMED[index];
    return {
      customer: id,
      points: points(named?.[1] ?? (index * 137) % 2_400),
      credit: minor(named?.[2] ?? (index % 3 === 0 ? (index * 53) % 9_000 : 0)),
    };
  });
}

const PRODUCTS: readonly (readonly [string, number, ProductPicture, number])[] = [
  ['Enamel mug', 1_450, 'mug', 24],
  ['Linen tote', 2_200, 'bag', 40],
  ['Beeswax candle', 1_800, 'candle', 45],
  ['Sea salt, 250 g', 690, 'shaker', 200],
  ['Wool beanie', 3_400, 'hat', 265],
  ['Canvas apron', 4_900, 'apron', 150],
  ['Olive soap', 850, 'soap', 95],
  ['Ceramic bowl', 2_750, 'bowl', 18],
  ['Rain jacket', 12_900, 'jacket', 215],
  ['Postcard set', 590, 'card', 330],
  ['Garden knife', 3_850, 'knife', 120],
  ['Picnic blanket', 5_600, 'blanket', 355],
];

export const PRODUCT_LIST: readonly DemoProduct[] = PRODUCTS.map(
  ([title, price, picture, hue], index) => ({
    productId: 8_200_000_000_001 + index,
    variantId: 44_300_000_000_001 + index,
    title,
    price: minor(price),
    sku: `HG-${String(index + 1).padStart(3, '0')}`,
    barcode: `40012345${String(index + 1).padStart(4, '0')}`,
    vendor: SHOP_NAME,
    hue,
    picture,
  }),
);

/**
 * Discount codes that the shop's online side knows; a register that is cut off can't check them.
 */
export const DISCOUNT_CODES: Readonly<Record<string, number>> = { WELCOME10: 10 };

export const DEMO_PROGRAM: Program = {
  version: 1,
  name: 'Harbour Club',
  currency: SHOP_CURRENCY,
  rewards: [
    {
      id: 'five-off',
      title: '€5 off',
      titles: { de: '5 € Rabatt', es: '5 € de descuento', fr: '5 € de remise', ja: '5ユーロ引き' },
      points: points(200),
      discount: { type: 'fixed', amount: minor(500) },
    },
    {
      id: 'ten-off',
      title: '€10 off',
      titles: {
        de: '10 € Rabatt',
        es: '10 € de descuento',
        fr: '10 € de remise',
        ja: '10ユーロ引き',
      },
      points: points(380),
      discount: { type: 'fixed', amount: minor(1_000) },
    },
    {
      id: 'ten-percent',
      title: '10% off',
      titles: { de: '10 % Rabatt', es: '10 % de descuento', fr: '10 % de remise', ja: '10%引き' },
      points: points(500),
      discount: { type: 'percent', percent: 10 },
    },
    {
      id: 'quarter-off',
      title: '25% off',
      titles: { de: '25 % Rabatt', es: '25 % de descuento', fr: '25 % de remise', ja: '25%引き' },
      points: points(1_200),
      discount: { type: 'percent', percent: 25 },
    },
  ],
  earn: { points: 1, per: 100 },
  storeCredit: true,
};

export const DEMO_POLICY: Policy = POLICY_DEFAULT;
