/** Product details: what the product earns and costs in points, and which rewards help. */
import { limited } from '../../../shared/ports.ts';
import { mount } from './mount.tsx';
import { clock } from './platform.ts';
import { ProductBody } from './ui/product-body.tsx';

const PRICE_DEADLINE_MS = 3_000;

/** Menu item, block and action of a product. */
export default function product(): void {
  const { cart, productSearch, session } = shopify;
  const { variantId } = shopify.product;
  const price = async (): Promise<number | string | undefined> => {
    const lines = cart.current.value.lineItems;
    const inCart = lines.find((line) => line.variantId === variantId)?.price;
    if (inCart !== undefined) return inCart;
    const found = productSearch.fetchProductVariantWithId(variantId);
    return (await limited(clock, PRICE_DEADLINE_MS, found))?.price;
  };
  mount(shopify, {
    heading: 'product.heading',
    open: 'product.open',
    Body: (props) => (
      <ProductBody {...props} price={price} currency={() => session.currentSession.currency} />
    ),
  });
}
