/** A cash session begins. */
import { extension } from '@shopify/ui-extensions/point-of-sale';
import { observers } from './world.ts';

export default extension('pos.cash-tracking-session-start.event.observe', (data) =>
  observers.cashSession('start', data),
);
