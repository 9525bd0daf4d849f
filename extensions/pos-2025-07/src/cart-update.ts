/** POS tells of every change of the cart: redemptions are followed through it. */
import { extension } from '@shopify/ui-extensions/point-of-sale';
import { observers } from './world.ts';

export default extension('pos.cart-update.event.observe', (data) => observers.cartUpdate(data));
