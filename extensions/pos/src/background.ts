import { createBackgroundRegister } from './platform.ts';

/**
 * Lives as long as POS does: keeps the register's memory alive, follows redemptions through the
 * cart, and syncs. POS forgets an event once its listener returns, so the register stores what
 * follows from it; nothing thrown here may reach POS.
 */
export default function background(): void {
  const register = createBackgroundRegister(shopify);
  // Listening comes first: a sale may complete while storage is still being read.
  shopify.addEventListener('transactioncomplete', (event) => {
    void register.transactionComplete(event);
  });
  shopify.addEventListener('cashtrackingsessionstart', (event) => {
    void register.cashSession('start', event);
  });
  shopify.addEventListener('cashtrackingsessioncomplete', (event) => {
    void register.cashSession('complete', event);
  });
  void register.start();
}
