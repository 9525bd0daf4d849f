/** Shopify's side of webhooks: signs a body with the app's secret and makes the request of it. */
import { hmacOf } from '../server/hmac.ts';

export interface SimulatedWebhook {
  readonly shop: string;
  readonly topic: string;
  readonly webhookId: string;
  /** ms since 1970. */
  readonly triggeredAt: number;
  readonly body: unknown;
}

/** The request as Shopify makes it, in the older spelling of the headers or the newer one. */
export function webhookRequest(
  secret: string,
  webhook: SimulatedWebhook,
  kind: 'x-shopify' | 'shopify' = 'x-shopify',
): { readonly method: 'POST'; readonly headers: Record<string, string>; readonly body: string } {
  const body = JSON.stringify(webhook.body);
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      [`${kind}-hmac-sha256`]: hmacOf(secret, Buffer.from(body)),
      [`${kind}-topic`]: webhook.topic,
      [`${kind}-shop-domain`]: webhook.shop,
      [`${kind}-api-version`]: '2026-07',
      [`${kind}-webhook-id`]: webhook.webhookId,
      [`${kind}-triggered-at`]: new Date(webhook.triggeredAt).toISOString(),
    },
    body,
  };
}
