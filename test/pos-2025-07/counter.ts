/**
 * One register at a counter with API 2025-07: what the device remembers, who asks for it over the
 * network, and what a person sees and taps.
 */
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect } from 'vitest';
import { clock, random } from '../../extensions/pos/src/platform.ts';
import { createOutbox, type Outbox } from '../../extensions/register/outbox.ts';
import * as v from '../../shared/schema.ts';
import { syncRequestSchema } from '../../shared/sync-request.ts';
import { createDeviceStorage } from '../../simulator/page/device-storage.ts';
import { newCart } from '../register/counter.ts';
import { ALICE, EUR, runWith, shardOf } from '../register/device.ts';
import { goodServer } from '../register/line.ts';
import { memoryRecords } from '../support/memory-records.ts';
import { SHOP_ID, openPos, type Pos } from './pos.ts';

/** Generous: a slow machine must not fail a test, and a passed one never waits. */
export const PATIENCE = { timeout: 60_000, interval: 10 };

export interface Counter extends Pos {
  readonly outbox: Outbox;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** Kinds of the operations that lie on the device. */
  kinds(): Promise<readonly string[]>;
}

/** Alice has 400 points and 20.00, and this register heard of it a moment ago. */
export async function openCounter(): Promise<Counter> {
  const storage = createDeviceStorage({ store: memoryRecords(), clock });
  const outbox = createOutbox({ storage, clock, random, shopId: SHOP_ID });
  const heard = { serverTime: clock.now(), deviceTime: clock.now(), from: 10 };
  await outbox.saveBase([shardOf([[ALICE, { points: 400, [EUR]: 2_000 }]])], (base) =>
    runWith({ ...heard, base: { ...base, epoch: 1, cursor: 10 } }),
  );
  const asked: string[] = [];
  globalThis.fetch = async (path, init) => {
    asked.push(typeof path === 'string' ? path : 'not a path');
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    const push = body === undefined ? undefined : v.parse(syncRequestSchema, body);
    const request = {
      method: 'POST',
      path: '',
      token: '',
      body: undefined,
      deadlineMs: 0,
    } as const;
    const answer = await goodServer({ at: clock.now(), request, push });
    return new Response(answer.body, { status: answer.status });
  };
  return {
    ...openPos(newCart(), storage),
    outbox,
    asked,
    async kinds() {
      const { operations } = await outbox.view();
      return [...operations.values()].map(({ kind }) => kind).sort();
    },
  };
}

/** Goods for 30.00 on the cart, and Alice. */
export async function fillCart({ cart }: Pick<Pos, 'cart'>): Promise<void> {
  const goods = { quantity: 1, title: 'Goods', price: '30.00', taxable: true };
  await cart.mutators.addCustomSale(goods);
  await cart.mutators.setCustomer({ id: ALICE });
}

/** Waits until the screen says so. */
export async function sees(text: string | RegExp): Promise<void> {
  await waitFor(() => expect(shown()).toMatch(text), PATIENCE);
}

/** Everything that a person can read now. */
export function shown(): string {
  const lines: string[] = [];
  const walk = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE && node.textContent) lines.push(node.textContent);
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return lines.join('\n').replace(/[\u00a0\u202f]/g, ' ');
}

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });

export const tap = (name: string | RegExp): void => void fireEvent.click(button(name));

export const isDisabled = (name: string | RegExp): boolean => button(name).disabled;

/** What a cashier types into a field, and leaves it. */
export function type(label: string | RegExp, text: string): void {
  const field = screen.getByLabelText(label);
  fireEvent.change(field, { target: { value: text } });
  fireEvent.blur(field);
}
