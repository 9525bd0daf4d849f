/** Right after a sale, a return or an exchange: what it did to points and rewards. */
import { mount } from './mount.tsx';
import { OrderBody } from './ui/order-body.tsx';

/** Menu item, block and action of each of the three. */
export default function afterSale(): void {
  const { target } = shopify.extension;
  const moment = target.startsWith('pos.purchase') ? 'sale' : 'return';
  mount(shopify, {
    heading: 'order.heading',
    open: 'order.see',
    Body: (props) => <OrderBody {...props} order={shopify.order} moment={moment} />,
  });
}
