/** `/api/admin/webhooks`: what Shopify told and could not be dealt with, and trying it again. */
import type { Inbox } from '../webhooks/inbox.ts';
import type { AdminRoute } from './door.ts';

export type StuckInbox = Pick<Inbox, 'stuck' | 'retry'>;

export function inboxRoutes(inbox: StuckInbox, clock: { now(): number }): readonly AdminRoute[] {
  return [
    {
      method: 'get',
      path: '/webhooks',
      answer: async ({ shop }) => Response.json({ stuck: await inbox.stuck(shop) }),
    },
    {
      method: 'post',
      path: '/webhooks/retry',
      answer: async ({ shop }) => Response.json({ tried: await inbox.retry(shop, clock.now()) }),
    },
  ];
}
