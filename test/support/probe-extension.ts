/**
 * A small extension that asks its platform questions and shows the answers. It is written as a
 * built bundle is: one script, no imports, every target in it.
 */
import type { Extension } from '../../simulator/extension-build.ts';

/** Each becomes a button of the modal; its answer, or the error it ends with, is shown as JSON. */
const QUESTIONS = `{
  surroundings: () => ({
    hidden: ['indexedDB', 'caches', 'localStorage', 'sessionStorage', 'BroadcastChannel']
      .filter((name) => globalThis[name] === undefined),
    title: document.title ?? '',
    body: document.body.localName,
    tiles: document.getElementsByTagName('s-tile').length,
    left: globalThis.leftBehind ?? null,
    marked: (globalThis.leftBehind = 'yes'),
    keys: Object.keys(shopify).filter((key) => !/^(extend|extension|set)/.test(key)).sort(),
  }),
  fetch: async () => {
    const response = await fetch('/api/pos/customers/7100000000001');
    return { status: response.status, body: await response.json() };
  },
  'other origin': () => fetch('/healthz').then((response) => response.status),
  token: async () => typeof (await shopify.session.getSessionToken()),
  network: () => shopify.connectivity.current.value.internetConnected,
  session: () => ({ ...shopify.session.currentSession, device: shopify.session.deviceId }),
  now: () => [Date.now(), new Date().getTime()],
  'write a note': () => shopify.storage.set('note', { text: 'kept' }),
  'read the note': () => shopify.storage.get('note'),
  'write too much': () => shopify.storage.set('big', 'x'.repeat(1_000_001)),
  cart: () => shopify.cart.current.value,
  discount: () => shopify.cart.applyCartDiscount('FixedAmount', 'Probe', '1.00'),
  products: () => shopify.productSearch.searchProducts({ queryString: 'mug' })
    .then(({ items }) => items.length),
  move: () => navigation.navigate('/second', { state: 5 })
    .then(() => [navigation.currentEntry.url, navigation.currentEntry.getState()]),
}`;

/** What must not go unnoticed; each becomes a button of the modal that does it in its listener. */
const MISTAKES = `{
  'unknown component': () => document.body.append(document.createElement('s-table')),
  'foreign component': () => document.body.append(document.createElement('s-tile')),
  'plain html': () => document.body.append(document.createElement('div')),
  'unknown property': () => document.createElement('s-button').setAttribute('colour', 'red'),
  'unknown event': () => document.createElement('s-text').addEventListener('hover', () => 1),
  'thrown error': () => { throw new Error('thrown on purpose'); },
  'forgotten promise': () => void Promise.reject(new Error('rejected on purpose')),
  'no such api': () => shopify.action.presentModal(),
  'console error': () => console.error('said on purpose'),
}`;

const BUNDLE = `(() => {
  const element = (tag, properties, ...children) => {
    const made = document.createElement(tag);
    Object.assign(made, properties);
    made.append(...children);
    return made;
  };
  shopify.extend('pos.app.ready.data', () => {
    shopify.addEventListener('transactioncomplete', (event) => {
      void shopify.storage.set('last event', event);
    });
    shopify.addEventListener('transactioncomplete', () => {
      throw new Error('a listener fails');
    });
  });
  shopify.extend('pos.home.tile.render', () => {
    const tile = element('s-tile', { heading: 'Probe' });
    shopify.connectivity.current.subscribe(({ internetConnected }) => {
      tile.subheading = internetConnected;
    });
    tile.addEventListener('click', () => shopify.action.presentModal());
    document.body.append(tile);
  });
  shopify.extend('pos.home.modal.render', () => {
    const answer = element('s-text', { id: 'answer' });
    const show = (name, value) => {
      answer.textContent = name + ': ' + JSON.stringify(value ?? null);
    };
    const stack = element('s-stack', { direction: 'inline', gap: 'small', padding: 'base' });
    for (const [name, ask] of Object.entries(${QUESTIONS})) {
      const button = element('s-button', {}, name);
      button.addEventListener('click', async () => {
        try { show(name, await ask()); }
        catch ({ name: error, code, message }) { show(name, { error, code, message }); }
      });
      stack.append(button);
    }
    for (const [name, make] of Object.entries(${MISTAKES})) {
      const button = element('s-button', { tone: 'critical' }, name);
      button.addEventListener('click', make);
      stack.append(button);
    }
    const field = element('s-text-field', { label: 'Words' });
    const echo = element('s-text', {});
    field.addEventListener('input', (event) => {
      echo.textContent = 'heard ' + event.currentTarget.value;
    });
    const turn = element('s-button', {}, 'turn around');
    turn.addEventListener('click', () => fields.insertBefore(field, fields.firstChild));
    const clear = element('s-button', {}, 'clear the field');
    clear.addEventListener('click', () => { field.value = ''; });
    const inner = element('s-text', {}, 'tap me');
    const around = element('s-clickable', {}, inner);
    around.addEventListener('click', () => show('tapped', true));
    const shut = element('s-button', { disabled: true }, 'shut');
    shut.addEventListener('click', () => show('shut', true));
    const fields = element('s-stack', {}, echo, turn, clear, around, shut, field);
    document.body.append(element('s-page', { heading: 'Probe' }, answer, stack, fields));
  });
})();`;

export const PROBE: Extension = {
  bundle: BUNDLE,
  targets: ['pos.app.ready.data', 'pos.home.tile.render', 'pos.home.modal.render'],
  locales: { en: {} },
  defaultLocale: 'en',
};
