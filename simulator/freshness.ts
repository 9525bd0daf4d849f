/** Whether something that was built is still what its sources say. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Time of the newest change below the given files and folders, ms since 1970; 0 when none exists.
 */
export async function newestChange(
  paths: readonly string[],
  except: readonly string[],
): Promise<number> {
  let newest = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (!found.isDirectory()) newest = Math.max(newest, found.mtimeMs);
    else {
      const names = (await readdir(path)).filter((name) => !except.includes(name));
      const inside = names.map((name) => join(path, name));
      newest = Math.max(newest, await newestChange(inside, except));
    }
  }
  return newest;
}

/** A missing file is older than anything. */
export async function isOlder(path: string | undefined, than: number): Promise<boolean> {
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  return found === undefined || found.mtimeMs < than;
}
