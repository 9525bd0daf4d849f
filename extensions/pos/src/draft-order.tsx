/** Draft order details: what the customer has, and what is already redeemed for the draft. */
import { mount } from './mount.tsx';
import { DraftBody } from './ui/draft-body.tsx';

/** Menu item, block and action of a draft order. */
export default function draftOrder(): void {
  mount(shopify, {
    heading: 'order.heading',
    open: 'order.see',
    Body: (props) => <DraftBody {...props} customer={shopify.draftOrder.customerId} />,
  });
}
