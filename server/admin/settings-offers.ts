/** `/api/admin/cart-offers`: what the legacy cart extension offers beside the program's rewards. */
import { cartOffersRequestSchema, offerTwice } from '../../shared/merchant/cart-offers.ts';
import { createOwnOffers } from '../cart-extension/own-offers.ts';
import type { Database } from '../database/database.ts';
import { HttpError } from '../http-error.ts';
import type { AdminRoute } from './door.ts';
import { bodyOf, notAsItMustBe } from './read-body.ts';

export function offerRoutes(deps: {
  readonly database: Database;
  readonly clock: { now(): number };
}): readonly AdminRoute[] {
  const store = createOwnOffers(deps);
  const { database } = deps;
  return [
    {
      method: 'get',
      path: '/cart-offers',
      answer: async ({ shop }) => Response.json(await store.shown(shop)),
    },
    {
      method: 'put',
      path: '/cart-offers',
      answer: async ({ shop, user }, asked) => {
        const { offers, expected } = bodyOf(asked, cartOffersRequestSchema);
        const twice = offerTwice(offers);
        if (twice !== undefined) throw notAsItMustBe(`offers.${twice}.id`);
        const row = await database.read(shop, (reader) => reader.shop());
        if (row === undefined) {
          throw new HttpError(404, 'unknown-shop', 'The app is not set up. Open it once more.');
        }
        if ((await store.set(shop, offers, { by: user, expected })) === 'changed') {
          const message = 'Somebody else has changed the offers meanwhile: look at them again.';
          throw new HttpError(409, 'changed', message);
        }
        return Response.json(await store.shown(shop));
      },
    },
  ];
}
