/** Finds a Chromium, or gets one, and starts it the way the tests need it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const DEBIAN = '/usr/bin/chromium';
const MISSING =
  'No Chromium was found: install one (Debian: apt-get install -y chromium) or set CHROMIUM_PATH.';

/**
 * `CHROMIUM_PATH`, the system's own, or one that `apt-get` brings when this process may use it.
 * Fails in one line that says what to install.
 */
export function findChromium(environment: NodeJS.ProcessEnv): string {
  const given = environment['CHROMIUM_PATH'];
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new Error(`CHROMIUM_PATH names no file: ${given}`);
  }
  const found = installed(environment);
  if (found !== undefined) return found;
  if (mayInstall()) install(environment);
  const brought = installed(environment);
  if (brought === undefined) throw new Error(MISSING);
  return brought;
}

function installed(environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [DEBIAN, ...candidates].find((path) => existsSync(path));
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

function install(environment: NodeJS.ProcessEnv): void {
  const quiet = { env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update'], quiet);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet);
}

/** Nothing that Chromium does by itself: no updates, no sync, no sandbox that a container lacks. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

const START_MS_MAX = 60_000;
/** Just below the width at which the page unfolds Backstage by itself. */
export const SCREEN = { width: 1_280, height: 840 };

function options() {
  return { executablePath: findChromium(process.env), args: FLAGS, timeout: START_MS_MAX };
}

/** A browser without a profile. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch(options());
}

/** A device of its own: nothing that it stores is seen by another. */
export function newDevice(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: SCREEN, userAgent: userAgent(browser.version()) });
}

/** A browser with a profile in `folder`, and its own end: at once, as when a process is killed. */
export interface ProfileBrowser {
  readonly context: BrowserContext;
  kill(): Promise<void>;
}

/** Starts Chromium as a person would, so that the process is ours to kill. */
export async function startProfile(folder: string): Promise<ProfileBrowser> {
  const { executablePath, args } = options();
  const size = `--window-size=${SCREEN.width},${SCREEN.height}`;
  const more = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${folder}`, size];
  const child = spawn(executablePath, [...args, ...more, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await debuggerAddress(child.stderr);
  const browser = await chromium.connectOverCDP(address, { timeout: START_MS_MAX });
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('Chromium has no window');
  return {
    context,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Chromium prints where it listens as soon as it does. */
function debuggerAddress(output: Readable): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
    output.on('end', () => reject(new Error(`Chromium did not start: ${text}`)));
  });
}

/** What a person's browser says of itself: headless ones are refused by some servers. */
function userAgent(version: string): string {
  const [major] = version.split('.');
  return (
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    `Chrome/${major}.0.0.0 Safari/537.36`
  );
}
