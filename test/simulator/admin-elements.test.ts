/** The simulated admin's elements in a real Chromium, on a page that has nothing else. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../server/listen.ts';
import { COMPONENTS } from '../../simulator/admin/components.ts';
import { provideAdminScripts } from '../../simulator/page-build.ts';
import { launchChromium } from '../support/chromium.ts';
import { gallery } from './admin-gallery.ts';

const root = join(import.meta.dirname, '../..');
const PATIENCE_MS = 60_000;

let browser: Browser;
let page: Page;
let listening: Listening;
let script: string;
const faults: string[] = [];

beforeAll(async () => {
  await provideAdminScripts({ root, say: () => undefined });
  script = readFileSync(join(root, 'simulator/admin/dist/polaris/polaris.js'), 'utf8');
  listening = await listen(answer, { port: 0, host: '127.0.0.1' });
  browser = await launchChromium();
  page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => faults.push(error.message));
});

afterAll(async () => {
  await browser.close();
  await listening.close(0);
});

function answer({ url }: IncomingMessage, response: ServerResponse): void {
  const type = url === '/polaris.js' ? 'text/javascript' : 'text/html';
  const blank = '<!doctype html><html lang="en"><title>Blank</title><body></body></html>';
  const body =
    type === 'text/javascript' ? script : url === '/all' ? gallery(['/polaris.js']) : blank;
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.end(body);
}

async function open(path: string): Promise<void> {
  faults.length = 0;
  await page.setViewportSize({ width: 1_100, height: 800 });
  await page.goto(`${listening.url}${path}`);
}

/** A page with `html` in it, and `told`: what its elements tell, as "id event". */
async function openWith(html: string): Promise<void> {
  await open('/blank');
  await page.addScriptTag({ url: '/polaris.js' });
  await page.evaluate((inner) => {
    const told: string[] = [];
    Object.assign(window, { told });
    document.body.innerHTML = inner;
    const names = ['input', 'change', 'click', 'show', 'aftershow', 'hide', 'afterhide'];
    for (const element of document.querySelectorAll('[id]'))
      for (const name of [...names, 'nextpage', 'previouspage', 'dismiss', 'submit', 'remove'])
        element.addEventListener(name, (event) => {
          if (event.currentTarget !== event.target) return;
          if (name === 'submit') event.preventDefault();
          told.push(`${element.id} ${name}`);
        });
  }, html);
}

/** What was told since the last time. */
function told(): Promise<readonly string[]> {
  return page.evaluate(() => (Reflect.get(window, 'told') as string[]).splice(0));
}

const without = (events: readonly string[], name: string): readonly string[] =>
  events.filter((one) => !one.endsWith(` ${name}`));

/** Ids of the rules that axe finds broken, with where. */
function faultsOf(where: string): Promise<readonly string[]> {
  return page.evaluate(async (selector) => {
    interface Found {
      readonly violations: readonly { id: string; nodes: readonly { target: unknown }[] }[];
    }
    const axe = Reflect.get(window, 'axe') as { run(where: string): Promise<Found> };
    const { violations } = await axe.run(selector);
    return violations.map(({ id, nodes }) => `${id} ${JSON.stringify(nodes[0]?.target)}`);
  }, where);
}

describe('all elements on one page', () => {
  it('[AE2] every component of the table is an element, and stands there', async () => {
    await open('/all');
    const tags = Object.keys(COMPONENTS);
    const missing = await page.evaluate(
      (names) => names.filter((name) => !customElements.get(name) || !document.querySelector(name)),
      tags,
    );
    expect(missing).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('[AE8] axe finds nothing, in light and dark, with a dialog open', async () => {
    await open('/all');
    await page.addScriptTag({ content: axe.source });
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await faultsOf('html')).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await faultsOf('html')).toEqual([]);
    await page.getByRole('button', { name: 'Dialog' }).click();
    await page.getByRole('dialog', { name: 'Carry the difference?' }).waitFor();
    expect(await faultsOf('s-modal')).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await faultsOf('s-modal')).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describe('properties and attributes', () => {
  it('[AE3] say the same, and a field’s value in HTML is only its first', async () => {
    await openWith('<s-text-field id="a" label="A" value="first"></s-text-field>');
    const values = await page.evaluate(() => {
      const field = document.querySelector('s-text-field');
      if (field === null) throw new Error('no field');
      const seen = [field.value, field.label, field.disabled];
      field.disabled = true;
      field.value = 'set';
      field.setAttribute('value', 'other');
      field.setAttribute('label', 'B');
      return [...seen, field.disabled, field.value, field.label];
    });
    expect(values.map((value) => value ?? null)).toEqual(['first', 'A', null, true, 'set', 'B']);
    const input = page.getByRole('textbox', { name: 'B' });
    await expect.poll(() => input.inputValue()).toBe('set');
    expect(await input.isDisabled()).toBe(true);
  });

  it('[AE2] what was set before the script came is taken over', async () => {
    await open('/blank');
    await page.evaluate(() => {
      const early = document.createElement('s-button');
      Object.assign(early, { variant: 'primary', disabled: true });
      early.textContent = 'Early';
      document.body.append(early);
    });
    await page.addScriptTag({ url: '/polaris.js' });
    expect(await page.getByRole('button', { name: 'Early' }).isDisabled()).toBe(true);
  });
});

const FIELDS = `
<form id="form">
  <s-text-field id="text" name="text" label="Text" value="a"></s-text-field>
  <s-number-field id="number" name="number" label="Number"></s-number-field>
  <s-date-field id="date" name="date" label="Date"></s-date-field>
  <s-text-area id="area" name="area" label="Area"></s-text-area>
  <s-select id="select" name="select" label="Select">
    <s-option value="1">One</s-option><s-option value="2">Two</s-option>
  </s-select>
  <s-checkbox id="checkbox" name="checkbox" label="Checkbox" value="yes"></s-checkbox>
  <s-switch id="switch" name="switch" label="Switch" checked></s-switch>
  <s-choice-list id="list" name="list" label="List">
    <s-choice value="x" selected>Ex</s-choice><s-choice value="y">Why</s-choice>
  </s-choice-list>
  <s-drop-zone id="drop" name="drop" label="Drop" accept=".csv"></s-drop-zone>
  <s-button id="send" type="submit">Send</s-button>
  <s-button id="back" type="reset">Back</s-button>
</form>`;

/** What an app reads from the fields. */
function valuesOf(): Promise<Readonly<Record<string, unknown>>> {
  return page.evaluate(() => {
    const read = (id: string, name: string): unknown => {
      const element = document.getElementById(id);
      return element === null ? undefined : Reflect.get(element, name);
    };
    const files = read('drop', 'files') as readonly File[];
    return {
      ...Object.fromEntries(
        ['text', 'number', 'date', 'area', 'select'].map((id) => [id, read(id, 'value')]),
      ),
      checkbox: read('checkbox', 'checked'),
      switch: read('switch', 'checked'),
      list: read('list', 'values'),
      drop: files.map((file) => file.name),
    };
  });
}

const AT_FIRST = {
  text: 'a',
  number: '',
  date: '',
  area: '',
  select: '1',
  checkbox: false,
  switch: true,
  list: ['x'],
  drop: [],
};

describe('fields', () => {
  it('[AE4] each tells its value once, and it is read from the element', async () => {
    await openWith(FIELDS);
    expect(await valuesOf()).toEqual(AT_FIRST);
    for (const [name, value] of [
      ['Text', 'b'],
      ['Number', '12.5'],
      ['Date', '2026-05-01'],
      ['Area', 'c'],
    ] as const) {
      await page.getByLabel(name, { exact: true }).fill(value);
      await page.getByLabel(name, { exact: true }).blur();
      const id = name.toLowerCase();
      expect(await told()).toEqual([`${id} input`, `${id} change`]);
    }
    await page.getByLabel('Select').selectOption('Two');
    expect(await told()).toEqual(['select input', 'select change']);
    await page.getByRole('checkbox', { name: 'Checkbox' }).check();
    expect(without(await told(), 'click')).toEqual(['checkbox input', 'checkbox change']);
    await page.getByRole('switch', { name: 'Switch' }).press(' ');
    expect(without(await told(), 'click')).toEqual(['switch input', 'switch change']);
    await page.getByRole('radio', { name: 'Ex' }).press('ArrowDown');
    expect(without(await told(), 'click')).toEqual(['list input', 'list change']);
    const file = { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('id,points') };
    await page.locator('#drop input').setInputFiles(file);
    expect(await told()).toEqual(['drop input', 'drop change']);
    expect(await valuesOf()).toEqual({
      text: 'b',
      number: '12.5',
      date: '2026-05-01',
      area: 'c',
      select: '2',
      checkbox: true,
      switch: false,
      list: ['y'],
      drop: ['a.csv'],
    });
  });

  it('[AE5] the form has their values, takes them back, and is sent by Enter and a button', async () => {
    await openWith(FIELDS);
    await page.getByLabel('Text').fill('b');
    await page.getByRole('checkbox').check();
    await page.getByRole('radio', { name: 'Why' }).check();
    const entries = await page.evaluate(() => {
      const form = document.querySelector('form');
      return form === null ? [] : [...new FormData(form)].map(([name, value]) => [name, value]);
    });
    expect(Object.fromEntries(entries)).toMatchObject({
      text: 'b',
      select: '1',
      checkbox: 'yes',
      switch: 'on',
      list: 'y',
    });
    await told();
    await page.getByLabel('Text').press('Enter');
    expect((await told()).filter((one) => one.startsWith('form'))).toEqual(['form submit']);
    await page.getByRole('button', { name: 'Send' }).click();
    expect((await told()).filter((one) => one.startsWith('form'))).toEqual(['form submit']);
    await page.getByRole('button', { name: 'Back' }).click();
    expect(await valuesOf()).toEqual(AT_FIRST);
  });
});

describe('what is pressed', () => {
  it('[AE15] a button that is disabled or busy does nothing, however it is pressed', async () => {
    await openWith(
      `<s-button id="off" disabled>Off</s-button><s-button id="busy" loading>Busy</s-button>
       <s-button id="on">On</s-button>`,
    );
    for (const name of ['Off', 'Busy', 'On'])
      await page.getByRole('button', { name }).dispatchEvent('click');
    await page.evaluate(() => {
      for (const button of document.querySelectorAll('s-button')) button.click();
    });
    await page.getByRole('button', { name: 'On' }).press('Enter');
    expect(await told()).toEqual(['on click', 'on click', 'on click']);
  });
});

interface Overlay extends HTMLElement {
  showOverlay(): void;
}

describe('a dialog', () => {
  it('[AE6] holds the focus, closes on Escape, and tells; the focus goes back', async () => {
    await openWith(
      `<s-button id="open" commandfor="modal" command="--show">Open</s-button>
       <s-button id="behind">Behind</s-button>
       <s-modal id="modal" heading="Sure?"><s-text-field label="Why"></s-text-field>
         <s-button id="no" slot="secondary-actions" commandfor="modal" command="--hide"
           >No</s-button>
       </s-modal>`,
    );
    const dialog = page.getByRole('dialog', { name: 'Sure?' });
    await page.getByRole('button', { name: 'Open' }).press('Enter');
    await dialog.waitFor();
    expect((await told()).filter((one) => one.startsWith('modal'))).toEqual([
      'modal show',
      'modal aftershow',
    ]);
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
    const seen: string[] = [];
    for (let step = 0; step < 5; step += 1) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    expect(seen).not.toContain('behind');
    expect(seen).not.toContain('open');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await told()).toEqual(['modal hide', 'modal afterhide']);
    await expect.poll(focused).toBe('open');
    await page.evaluate(() => document.querySelector<Overlay>('#modal')?.showOverlay());
    await page.getByRole('button', { name: 'No' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });
});

const TABLE = `
<s-table id="table" paginate hasnextpage>
  <s-table-header-row><s-table-header listslot="primary">Name</s-table-header>
    <s-table-header format="numeric">Points</s-table-header></s-table-header-row>
  <s-table-body>
    <s-table-row clickdelegate="ada">
      <s-table-cell><s-link id="ada" href="#ada">Ada</s-link></s-table-cell>
      <s-table-cell>500</s-table-cell></s-table-row>
  </s-table-body>
</s-table>`;

describe('a table', () => {
  it('[AE7] is a table to those who can’t see it, and tells of its pages and rows', async () => {
    await openWith(TABLE);
    await page.getByRole('columnheader', { name: 'Points' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    expect(await page.getByRole('button', { name: 'Previous page' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Next page' }).click();
    expect(await told()).toContain('table nextpage');
    await page.getByRole('cell', { name: '500' }).click();
    expect(await told()).toEqual(['ada click']);
    await page.getByRole('link', { name: 'Ada' }).click();
    expect(await told()).toEqual(['ada click']);
  });

  it('[AE7] becomes a list where it is narrow, each value with the name of its column', async () => {
    await openWith(TABLE);
    const cell = page.getByRole('cell').last();
    await expect.poll(() => cell.getAttribute('data-form')).toBe('table');
    await page.setViewportSize({ width: 400, height: 700 });
    await expect.poll(() => cell.getAttribute('data-form')).toBe('list');
    await cell.getByText('Points').waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
  });
});
