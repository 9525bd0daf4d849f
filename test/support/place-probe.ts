/**
 * An extension for every target that POS has: each shows what it was given. It is written as a
 * built bundle is: one script, no imports, every target in it.
 */
import type { Extension } from '../../simulator/extension-build.ts';
import { TARGETS } from '../../simulator/platform/targets.ts';

/** POS has it, the simulator does not show it. */
export const UNSHOWN = 'pos.receipt-header.block.render';

const ALL = Object.keys(TARGETS);

const BUNDLE = `(() => {
  const element = (tag, properties, ...children) => {
    const made = document.createElement(tag);
    Object.assign(made, properties);
    made.append(...children);
    return made;
  };
  const button = (label, work, properties = {}) => {
    const made = element('s-button', properties, label);
    made.addEventListener('click', work);
    return made;
  };
  const subjects = ['cartLineItem', 'customer', 'product', 'order', 'draftOrder', 'transaction'];
  const given = () => JSON.stringify({
    keys: Object.keys(shopify).filter((key) => !/^(extend$|set)/.test(key)).sort(),
    subject: Object.fromEntries(
      subjects.filter((key) => key in shopify).map((key) => [key, shopify[key]]),
    ),
  });
  const text = (id, content) => element('s-text', { id }, content);
  const present = () => shopify.action.presentModal();
  const heard = [];
  const ready = () => {
    for (const name of ['transactioncomplete', 'cashtrackingsessionstart',
      'cashtrackingsessioncomplete'])
      shopify.addEventListener(name, (event) => {
        heard.push({ name, event });
        void shopify.storage.set('heard', heard);
      });
  };
  const tile = () => {
    const made = element('s-tile', { heading: 'Probe' });
    made.addEventListener('click', present);
    document.body.append(made);
  };
  const menu = () => document.body.append(button('Open the action', present));
  const block = (target) => () => {
    const open = button('Open', present, { slot: 'secondary-actions' });
    const words = 'This stands at ' + target;
    const parts = [text('words', words), text('given', given()), open];
    document.body.append(element('s-pos-block', { heading: 'Probe' }, ...parts));
  };
  const receipt = () => document.body.append(
    element('s-pos-block', {}, text('given', given()), element('s-qr-code', { content: 'A code' })),
  );
  const screen = (target) => () => {
    const scanned = text('scanned', '');
    const sources = text('sources', '');
    shopify.scanner.scannerData.current.subscribe((value) => {
      scanned.textContent = JSON.stringify(value);
    });
    shopify.scanner.sources.current.subscribe((value) => {
      sources.textContent = JSON.stringify(value);
    });
    const answer = text('answer', '');
    const say = (work) => async () => {
      answer.textContent = '…';
      try { answer.textContent = 'done ' + JSON.stringify((await work()) ?? null); }
      catch (error) { answer.textContent = 'failed ' + error.message; }
    };
    const { cart, cashDrawer } = shopify;
    const lines = () => cart.current.value.lineItems.length;
    document.body.append(element('s-page', { heading: target },
      element('s-stack', { gap: 'small', padding: 'base' },
        text('given', given()), scanned, sources, answer,
        button('Discount', say(() => cart.applyCartDiscount('FixedAmount', 'Probe', '1.00'))),
        button('Count lines', say(lines)),
        button('Open the drawer', say(() => cashDrawer.open())),
        button('Use the camera', say(() => shopify.scanner.showCameraScanner())),
        button('Close', () => close()))));
  };
  for (const target of ${JSON.stringify(ALL)}) {
    const kind = target.startsWith('pos.receipt') ? receipt
      : target === 'pos.app.ready.data' ? ready
      : target === 'pos.home.tile.render' ? tile
      : target.endsWith('.menu-item.render') ? menu
      : target.endsWith('.block.render') ? block(target)
      : screen(target);
    shopify.extend(target, kind);
  }
})();`;

export const PLACE_PROBE: Extension = {
  bundle: BUNDLE,
  targets: ALL,
  locales: { en: {} },
  defaultLocale: 'en',
};
