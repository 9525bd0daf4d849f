/** Time, chance and the network as every register has them, whichever API it runs. */
import { clock, http, random } from '../../pos/src/platform.ts';
import { createObservers } from './observers.ts';
import type { World } from './platform.ts';

export const world: World = { clock, random, http };

/** Of this context: what one event lets it see of the cart, the next ones build upon. */
export const observers = createObservers(world);
