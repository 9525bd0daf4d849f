/** A line of the cart: what it earns, and redeeming against it alone. */
import { mount } from './mount.tsx';
import { onChange } from './platform.ts';
import { LineBody } from './ui/line-body.tsx';

/** Menu item and action of a line. */
export default function cartLine(): void {
  const { cart, cartLineItem } = shopify;
  const lines = {
    read: () => cart.current.value.lineItems,
    subscribe: (listener: () => void) => onChange(cart.current, listener),
  };
  mount(shopify, {
    heading: 'line.heading',
    open: 'tile.heading',
    Body: (props) => <LineBody {...props} line={cartLineItem.uuid} lines={lines} />,
  });
}
