/** `shopify.productSearch` over the demo shop's shelf: a shop this small fits on the device. */
import type { Product, ProductVariant } from '@shopify/ui-extensions/point-of-sale';
import { formatDecimal } from '../../shared/amount.ts';
import { PRODUCT_LIST, SHOP_CURRENCY, type DemoProduct } from '../shop.ts';

const LISTED_AT = '2026-03-01T09:00:00Z';
const PAGE_SIZE_DEFAULT = 25;

type Call = (...args: readonly unknown[]) => unknown;

/** The platform's seven calls by name. An unknown id gives `undefined`, or stands in `missing`. */
export const PRODUCT_SEARCH: Readonly<Record<string, Call>> = {
  searchProducts: (params) => search(params as SearchParams),
  fetchProductWithId: (id) => products().find((product) => product.id === id),
  fetchProductsWithIds: (ids) => many(products(), ids),
  fetchProductVariantWithId: (id) => variants().find((variant) => variant.id === id),
  fetchProductVariantsWithIds: (ids) => many(variants(), ids),
  fetchProductVariantsWithProductId: (id) =>
    variants().filter((variant) => variant.productId === id),
  fetchPaginatedProductVariantsWithProductId: (id) => ({
    items: variants().filter((variant) => variant.productId === id),
    hasNextPage: false,
    lastCursor: undefined,
  }),
};

interface SearchParams {
  readonly queryString?: string;
  readonly first?: number;
  readonly afterCursor?: string;
  readonly sortType?: string;
}

function search({
  queryString = '',
  first = PAGE_SIZE_DEFAULT,
  afterCursor,
  sortType,
}: SearchParams) {
  const wanted = queryString.trim().toLowerCase();
  const found = products().filter((product) => product.title.toLowerCase().includes(wanted));
  if (sortType?.startsWith('ALPHABETICAL') === true)
    found.sort((a, b) => a.title.localeCompare(b.title));
  if (sortType === 'ALPHABETICAL_Z_TO_A') found.reverse();
  const start = afterCursor === undefined ? 0 : Number(afterCursor);
  const end = start + first;
  const hasNextPage = end < found.length;
  return {
    items: found.slice(start, end),
    hasNextPage,
    lastCursor: hasNextPage ? String(end) : undefined,
  };
}

function many<T extends { readonly id: number }>(all: readonly T[], ids: unknown) {
  const wanted = Array.isArray(ids) ? ids.filter((id) => typeof id === 'number') : [];
  return {
    fetchedResources: all.filter(({ id }) => wanted.includes(id)),
    idsForResourcesNotFound: wanted.filter((id) => all.every((one) => one.id !== id)),
  };
}

function products(): Product[] {
  return PRODUCT_LIST.map((item) => ({
    id: item.productId,
    createdAt: LISTED_AT,
    updatedAt: LISTED_AT,
    title: item.title,
    description: item.title,
    descriptionHtml: `<p>${item.title}</p>`,
    isGiftCard: false,
    tracksInventory: false,
    vendor: item.vendor,
    minVariantPrice: price(item),
    maxVariantPrice: price(item),
    productType: 'Goods',
    productCategory: 'Home',
    tags: [],
    numVariants: 1,
    totalInventory: 0,
    variants: [variant(item)],
    options: [],
    hasOnlyDefaultVariant: true,
  }));
}

function variants(): ProductVariant[] {
  return PRODUCT_LIST.map(variant);
}

function variant(item: DemoProduct): ProductVariant {
  return {
    id: item.variantId,
    createdAt: LISTED_AT,
    updatedAt: LISTED_AT,
    title: 'Default Title',
    price: price(item),
    taxable: true,
    sku: item.sku,
    barcode: item.barcode,
    displayName: item.title,
    inventoryIsTracked: false,
    inventoryPolicy: 'CONTINUE',
    productId: item.productId,
    position: 1,
  };
}

function price(item: DemoProduct): string {
  return formatDecimal({ amount: item.price, currency: SHOP_CURRENCY });
}
