import '@shopify/ui-extensions';

//@ts-ignore
declare module './src/background.ts' {
  const shopify: import('@shopify/ui-extensions/pos.app.ready.data').Api &
    import('@shopify/ui-extensions/pos.app.ready.data').ShopifyGlobal;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/home-tile.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.home.tile.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/home-modal.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.home.modal.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/order.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/draft-order.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/after-sale.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/register-details.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/cart-line.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/customer.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/product.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.product-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.render').Api
    | import('@shopify/ui-extensions/pos.product-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/receipt.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.receipt-footer.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/platform.ts' {
  const shopify:
    | (import('@shopify/ui-extensions/pos.app.ready.data').Api &
        import('@shopify/ui-extensions/pos.app.ready.data').ShopifyGlobal)
    | import('@shopify/ui-extensions/pos.home.tile.render').Api
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.render').Api
    | import('@shopify/ui-extensions/pos.product-details.block.render').Api
    | import('@shopify/ui-extensions/pos.receipt-footer.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/home-tile.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.home.tile.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/hooks.ts' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.tile.render').Api
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.render').Api
    | import('@shopify/ui-extensions/pos.product-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/probe.ts' {
  const shopify: import('@shopify/ui-extensions/pos.home.modal.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/home-screen.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.home.modal.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/counter.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/diagnostics.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.home.modal.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/find.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.home.modal.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/sync-panel.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/waiting.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/balances.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.render').Api
    | import('@shopify/ui-extensions/pos.product-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/open-redemptions.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/rewards.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/store-credit.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/text-entry.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.home.modal.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/mount.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.render').Api
    | import('@shopify/ui-extensions/pos.product-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/order-body.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/body.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.render').Api
    | import('@shopify/ui-extensions/pos.product-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/story.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/correction.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.action.render').Api
    | import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.return.post.action.render').Api
    | import('@shopify/ui-extensions/pos.return.post.block.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.action.render').Api
    | import('@shopify/ui-extensions/pos.exchange.post.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/draft-body.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.draft-order-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.action.render').Api
    | import('@shopify/ui-extensions/pos.draft-order-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/register-body.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.register-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.register-details.action.render').Api
    | import('@shopify/ui-extensions/pos.register-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/line-body.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.cart.line-item-details.action.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/customer-body.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.customer-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.action.render').Api
    | import('@shopify/ui-extensions/pos.customer-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/product-body.tsx' {
  const shopify:
    | import('@shopify/ui-extensions/pos.product-details.action.menu-item.render').Api
    | import('@shopify/ui-extensions/pos.product-details.action.render').Api
    | import('@shopify/ui-extensions/pos.product-details.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}

//@ts-ignore
declare module './src/ui/receipt-lines.ts' {
  const shopify: import('@shopify/ui-extensions/pos.receipt-footer.block.render').Api;
  const globalThis: { shopify: typeof shopify };
}
