import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registeredTargets } from '../../simulator/extension-build.ts';
import { COMPONENTS } from '../../simulator/platform/components.ts';
import { generateTables } from '../../simulator/platform/generate.ts';
import {
  apisOf,
  componentsOf,
  isModal,
  modalOf,
  PLACES,
  placesOn,
  targetAt,
  type TargetName,
} from '../../simulator/platform/places.ts';
import { TARGETS } from '../../simulator/platform/targets.ts';

const folder = join(import.meta.dirname, '../../simulator/platform');

describe('what the platform has', () => {
  it('[SM12] the tables are what Shopify’s installed types say', async () => {
    const tables = await generateTables();
    expect(Object.keys(tables).sort()).toEqual(['components.ts', 'targets.ts']);
    for (const [name, text] of Object.entries(tables))
      expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  });

  it('[SM12] a component has its own properties, events and slots, and no others', () => {
    expect(COMPONENTS['s-tile']).toEqual({
      properties: {
        disabled: 'boolean',
        heading: 'string',
        id: 'string',
        itemCount: 'number',
        subheading: 'string',
        tone: 'string',
      },
      events: ['click'],
      slots: [],
    });
    expect(COMPONENTS['s-number-field']?.slots).toEqual(['accessory']);
    expect(COMPONENTS['s-choice-list']?.properties['values']).toBe('array');
    expect(COMPONENTS).not.toHaveProperty('s-table');
  });

  it('[SM12] each target gets the components of its kind', () => {
    expect(componentsOf('pos.home.tile.render')).toEqual(['s-tile']);
    expect(componentsOf('pos.home.modal.render')).toContain('s-banner');
    expect(componentsOf('pos.home.modal.render')).not.toContain('s-tile');
    expect(componentsOf('pos.app.ready.data')).toEqual([]);
    const block = componentsOf('pos.customer-details.block.render');
    expect(block).toContain('s-pos-block');
    expect(block).not.toContain('s-text-field');
  });

  it('[SM13] each target gets its APIs: the background has events, no cart to change', () => {
    const background = apisOf('pos.app.ready.data');
    expect([...background].sort()).toEqual([
      'connectivity',
      'device',
      'events',
      'extension',
      'i18n',
      'locale',
      'productSearch',
      'readonlyCart',
      'session',
      'storage',
    ]);
    expect(apisOf('pos.home.tile.render')).toContain('action');
    expect(apisOf('pos.home.tile.render')).not.toContain('scanner');
    expect(apisOf('pos.home.modal.render')).toContain('scanner');
    expect(apisOf('pos.home.modal.render')).not.toContain('action');
    expect(apisOf('pos.home.modal.render')).not.toContain('events');
    expect(apisOf('pos.purchase.post.block.render')).not.toContain('cart');
  });

  it('[SM13] every spot of the register shows one target, and every target it shows exists', () => {
    for (const [target, place] of Object.entries(PLACES)) {
      expect(Object.keys(TARGETS)).toContain(target);
      expect(targetAt(place)).toBe(target as TargetName);
    }
  });

  it('[SM31] a target gets what its screen is about, and nothing of another', () => {
    const own = [
      'cartLineItem',
      'customer',
      'product',
      'order',
      'draftOrder',
      'cashDrawer',
    ] as const;
    const about = (screen: string) =>
      Object.entries(PLACES)
        .filter(([, place]) => place.startsWith(`${screen}-`))
        .map(([target]) => own.filter((name) => apisOf(target as TargetName).has(name)));
    expect(about('line-item')).toEqual([['cartLineItem'], ['cartLineItem']]);
    for (const [screen, member] of [
      ['customer', 'customer'],
      ['product', 'product'],
      ['order', 'order'],
      ['draft-order', 'draftOrder'],
      ['purchase', 'order'],
      ['return', 'order'],
      ['exchange', 'order'],
      ['register', 'cashDrawer'],
    ])
      expect(about(screen ?? '')).toEqual([[member], [member], [member]]);
    expect([...apisOf('pos.receipt-footer.block.render')].sort()).toEqual([
      'connectivity',
      'receipt',
      'storage',
    ]);
  });

  it('[SM31] menu items and blocks open the action of their own screen', () => {
    expect(placesOn('line-item')).toEqual(['line-item-menu']);
    expect(placesOn('draft-order')).toEqual(['draft-order-block', 'draft-order-menu']);
    expect(modalOf('draft-order-menu')).toBe('draft-order-action');
    expect(modalOf('order-block')).toBe('order-action');
    expect(modalOf('home-tile')).toBe('home-modal');
    expect(modalOf('home-modal')).toBeUndefined();
    expect(modalOf('receipt-footer')).toBeUndefined();
    const modals = Object.values(PLACES).filter(isModal);
    expect(modals).toHaveLength(10);
    expect(modals).toContain('register-action');
  });

  it('[SM31, SM39] all targets but the receipt’s head have a place of their own', () => {
    const shown = Object.keys(PLACES);
    expect(Object.keys(TARGETS).filter((target) => !shown.includes(target))).toEqual([
      'pos.receipt-header.block.render',
    ]);
    expect(new Set(Object.values(PLACES)).size).toBe(shown.length);
  });

  it('[SM13] a bundle’s targets are read from its own calls', () => {
    const bundle =
      'shopify.extend("pos.app.ready.data",()=>1);shopify.extend(\n`pos.home.tile.render`, f);' +
      "shopify.extend('pos.home.tile.render', f)";
    expect(registeredTargets(bundle)).toEqual(['pos.app.ready.data', 'pos.home.tile.render']);
  });
});
