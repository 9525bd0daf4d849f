/** docs/deploy.md, the container's recipe and the program say the same. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../server/config.ts';
import { processGauges, WAITING } from '../../server/gauges.ts';
import { COUNTERS, HISTOGRAMS } from '../../server/metrics.ts';
import { readArguments } from '../../server/tool/arguments.ts';
import { COMMANDS } from '../../server/tool/commands.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const DEPLOY = read('docs/deploy.md');
const DOCKERFILE = read('Dockerfile');

/** The first cells of the table under a heading, as code. */
function namesUnder(heading: string): string[] {
  const [, rest = ''] = DEPLOY.split(`## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  const cells = section.split('\n').flatMap((line) => /^\| (`.*?) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([A-Za-z_]+)`/g)].map(([, name = '']) => name),
  );
}

describe('docs/deploy.md', () => {
  it('[OP21] names every variable in order, and which of them are secrets', () => {
    expect(namesUnder('Settings')).toEqual(VARIABLES.map(({ name }) => name));
    for (const { name, isSecret } of VARIABLES) {
      const [row = ''] = DEPLOY.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`));
      expect([name, row.includes('*secret*')]).toEqual([name, isSecret === true]);
    }
  });

  it('[OP21] names every figure, and none that is not told', () => {
    const process = processGauges({
      memory: () => ({ resident: 0, heap: 0 }),
      lateness: () => 0,
      uptime: () => 0,
    });
    const gauges = [...process, ...WAITING].map(({ name }) => name);
    const told = [...Object.keys(COUNTERS), ...Object.keys(HISTOGRAMS), ...gauges];
    expect(namesUnder('What to watch').sort()).toEqual(told.sort());
  });

  it('[OP21] every command in it can be given, and every command is in it', () => {
    const calls = [...DEPLOY.matchAll(/^npm run tideover -- (.+)$/gm)].map(
      ([, words = '']) => words,
    );
    const names = new Set<string>();
    for (const call of calls) {
      const asked = readArguments(call.split(' '));
      expect([call, typeof asked]).not.toEqual([call, 'string']);
      if (asked !== undefined && typeof asked !== 'string') names.add(asked.command.name);
    }
    expect([...names].sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  });

  it('[OP21] its unit and the container start the same program with settings that exist', () => {
    expect(DEPLOY).toContain('ExecStart=/usr/bin/node server/main.ts\n');
    expect(DOCKERFILE).toMatch(/^CMD \["node", "server\/main\.ts"\]$/m);
    const known = new Set(VARIABLES.flatMap(({ name }) => [name, `${name}_FILE`]));
    const set = [...`${DEPLOY}\n${DOCKERFILE}`.matchAll(/^(?:Environment=|ENV )(.+)$/gm)]
      .flatMap(([, pairs = '']) => pairs.split(' '))
      .map((pair) => pair.split('=')[0] ?? '')
      .filter((name) => name !== 'NODE_ENV');
    expect(set.length).toBeGreaterThan(5);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the container', () => {
  const lines = DOCKERFILE.split('\n').filter((line) => !line.startsWith('#'));
  const words = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  it('[OP22] runs as a user without rights and without tools', () => {
    expect(words('USER')).toEqual(['node']);
    expect(lines.findIndex((line) => line.startsWith('USER'))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('CMD')),
    );
    expect(words('FROM').every((image) => /^node:24-bookworm-slim(?: AS \w+)?$/.test(image))).toBe(
      true,
    );
    expect(words('RUN').join('\n')).toContain('npm ci --omit=dev --ignore-scripts');
    expect(DOCKERFILE).not.toMatch(/npm install|apt-get|curl|sudo/);
  });

  it('[OP22] holds the server alone, and no file that its recipe does not name', () => {
    const copied = words('COPY').flatMap((line) => line.split(' ').slice(0, -1));
    const own = copied.filter((path) => !path.startsWith('--') && !path.startsWith('/'));
    const ignored = read('.dockerignore').trim().split('\n');
    expect(ignored[0]).toBe('*');
    expect(
      ignored
        .slice(1)
        .map((line) => line.slice(1))
        .sort(),
    ).toEqual([...new Set(own)].sort());
    expect(own.some((path) => /simulator|test|scripts/.test(path))).toBe(false);
  });

  it('[OP22] keeps books in a volume, says whether it lives, and hears the signal to end', () => {
    expect(words('VOLUME')).toEqual(['/data']);
    expect(words('ENV').join(' ')).toContain('DATABASE_FILE=/data/');
    expect(words('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(words('HEALTHCHECK')).toHaveLength(1);
    expect(DOCKERFILE).toContain('/healthz');
  });
});
