/** Customer details: points and store credit, what lately happened to them, and redeeming. */
import { mount } from './mount.tsx';
import { CustomerBody } from './ui/customer-body.tsx';

/** Menu item, block and action of a customer. */
export default function customer(): void {
  mount(shopify, {
    heading: 'screen.heading',
    open: 'tile.heading',
    Body: (props) => <CustomerBody {...props} id={shopify.customer.id} />,
  });
}
