/**
 * The page's composition root: the browser's clock, chance, storage and network enter here and
 * nowhere else.
 */
import { render } from 'preact';
import { attachControl } from './control.ts';
import { defineElements } from './elements/all.ts';
import { createIndexedRecords } from './indexed-records.ts';
import { createRegister, type Installation } from './register.ts';
import { createSimulatorServer } from './simulator-server.ts';
import { App } from './ui/app.tsx';

const REGISTERS_MAX = 99;

async function start(): Promise<void> {
  const asked = Number(new URLSearchParams(location.search).get('register') ?? '1');
  const number = Number.isInteger(asked) && asked > 0 && asked <= REGISTERS_MAX ? asked : 1;
  const response = await fetch('/__sim/installation');
  const installation = (await response.json()) as Installation;
  defineElements();
  const register = createRegister({
    number,
    installation,
    document,
    makeWorker: () => new Worker(new URL('../worker/worker.ts', import.meta.url)),
    records: createIndexedRecords(indexedDB, `tideover-register-${number}`),
    settingsStore: localStorage,
    server: createSimulatorServer((input, init) => fetch(input, init)),
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    sleep,
    uuid: () => crypto.randomUUID(),
    percent: () => Math.random() * 100,
  });
  document.title = `${register.name} – Tideover simulator`;
  attachControl(window, register);
  const root = document.getElementById('app');
  if (root !== null) render(<App register={register} />, root);
  register.openApp();
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  if (signal?.aborted === true) return Promise.reject(new Error('Given up'));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('Given up'));
    });
  });
}

start().catch((error: unknown) => {
  document.body.textContent = `The simulator could not start: ${String(error)}`;
});
