/** Order details: what loyalty did on this order, and corrections by a person. */
import { mount } from './mount.tsx';
import { OrderBody } from './ui/order-body.tsx';

/** Menu item, block and action of an order. */
export default function order(): void {
  mount(shopify, {
    heading: 'order.heading',
    open: 'order.open',
    Body: (props) => <OrderBody {...props} order={shopify.order} moment="later" />,
  });
}
