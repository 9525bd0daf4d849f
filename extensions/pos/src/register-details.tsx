/** Register details: whether this register is in step with the ledger, and how to get there. */
import { mount } from './mount.tsx';
import { RegisterBody } from './ui/register-body.tsx';

/** Menu item, block and action of the register. */
export default function registerDetails(): void {
  mount(shopify, { heading: 'register.heading', open: 'sync.now', Body: RegisterBody });
}
