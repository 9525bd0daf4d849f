/** A cash session ends: a person should know if anything still waits then. */
import { extension } from '@shopify/ui-extensions/point-of-sale';
import { observers } from './world.ts';

export default extension('pos.cash-tracking-session-complete.event.observe', (data) =>
  observers.cashSession('complete', data),
);
