/** POS tells of every sale, return and exchange. */
import { extension } from '@shopify/ui-extensions/point-of-sale';
import { observers } from './world.ts';

export default extension('pos.transaction-complete.event.observe', (data) =>
  observers.transactionComplete(data),
);
