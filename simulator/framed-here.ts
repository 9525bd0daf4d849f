/**
 * In the simulator this machine is Shopify's admin. Pages of the server name Shopify as the only
 * one that may show them in a frame, and load App Bridge from Shopify; on their way to a browser
 * that never leaves this machine, both are named as they are here. The server itself knows nothing
 * of it.
 */
import type { RequestHandler } from 'express';

const CDN_SCRIPT = 'https://cdn.shopify.com/shopifycloud/app-bridge.js';
export const APP_BRIDGE = '/__sim/admin/app-bridge.js';
export const POLARIS = '/__sim/admin/polaris.js';
const POLICY = 'Content-Security-Policy';

export const framedHere: RequestHandler = (_request, response, next) => {
  const send = response.send.bind(response);
  response.send = (body: unknown) => {
    const policy = response.getHeader(POLICY);
    if (typeof policy === 'string') response.setHeader(POLICY, policyHere(policy));
    return send(typeof body === 'string' ? body.replaceAll(CDN_SCRIPT, APP_BRIDGE) : body);
  };
  next();
};

/** Whoever lets Shopify's admin frame it lets this machine's: a page that lets nobody stays so. */
export function policyHere(policy: string): string {
  return policy.replace(/(frame-ancestors [^;]*https:\/\/admin\.shopify\.com)/, "$1 'self'");
}
