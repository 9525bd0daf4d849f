/** How much a shop would have to load for each engine: bundled, minified, gzip. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** Bytes of a module's bundle, from its entry's source; `undefined` where it can't be built. */
export async function gzipBytes(entry: string, folder: string): Promise<number | undefined> {
  const work = mkdtempSync(join(folder, 'size-'));
  const file = join(work, 'entry.ts');
  writeFileSync(file, entry);
  try {
    const made = await build({
      root: work,
      configFile: false,
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        write: false,
        minify: true,
        lib: { entry: file, formats: ['es'] },
        rollupOptions: { external: [/^node:/] },
      },
    });
    const outputs = (Array.isArray(made) ? made : [made]).flatMap((one) =>
      'output' in one ? one.output : [],
    );
    const code = outputs.map((one) => ('code' in one ? one.code : '')).join('\n');
    return gzipSync(code, { level: 9 }).byteLength;
  } catch {
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
