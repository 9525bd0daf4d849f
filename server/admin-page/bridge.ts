/**
 * What Shopify's App Bridge does for the page, and what the page does without: opened outside of
 * the admin, it still shows everything that it may.
 */
export interface Bridge {
  /** A short word that something was done, or was not. */
  toast(message: string, options?: { readonly isError?: boolean }): void;
  /** Shows or hides the bar that asks to save; leaving the page then asks first. */
  saveBar(id: string, isShown: boolean): void;
  /** Resolves when the merchant agrees to leave what is not saved. */
  leave(): Promise<void>;
  /** The domain of the shop whose admin this is. */
  shop(): string | undefined;
  /** The merchant's language as the admin speaks it ("fr-CA"). */
  locale(): string | undefined;
  /** Calls back with a path below `/app` when a link of the admin's navigation is followed. */
  onNavigate(go: (path: string) => void): void;
  /** Hands a file to the merchant. */
  save(name: string, parts: readonly string[], type: string): void;
}

export function bridgeOf(window: Window & typeof globalThis): Bridge {
  const shopify = () => window.shopify as typeof window.shopify | undefined;
  return {
    toast(message, { isError = false } = {}) {
      shopify()?.toast.show(message, { isError });
    },
    saveBar(id, isShown) {
      const bar = shopify()?.saveBar;
      // Another view may have taken the bar away meanwhile.
      void (isShown ? bar?.show(id) : bar?.hide(id))?.catch(() => undefined);
    },
    leave: async () => void (await shopify()?.saveBar.leaveConfirmation()),
    shop: () => shopify()?.config.shop,
    locale: () => shopify()?.config.locale,
    onNavigate(go) {
      window.document.addEventListener('shopify:navigate', (event) => {
        const target = event.target instanceof Element ? event.target.getAttribute('href') : null;
        if (target !== null) go(pathBelowApp(target));
      });
    },
    save(name, parts, type) {
      const address = window.URL.createObjectURL(new Blob([...parts], { type }));
      const link = window.document.createElement('a');
      link.href = address;
      link.download = name;
      link.click();
      window.URL.revokeObjectURL(address);
    },
  };
}

/** The router knows its own paths only: "/app/log?device=x" becomes "/log?device=x". */
export function pathBelowApp(target: string): string {
  const path = target.replace(/^https?:\/\/[^/]+/, '').replace(/^\/app(?=[/?#]|$)/, '');
  return path.startsWith('/') ? path : `/${path}`;
}
