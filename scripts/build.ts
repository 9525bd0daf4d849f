/**
 * `npm run build`: the extension, by Shopify's own tool, and the simulator's page. What is newer
 * than its sources is left as it is.
 */
import { join } from 'node:path';
import { provideExtension } from '../simulator/extension-build.ts';
import { providePage } from '../simulator/page-build.ts';

const root = join(import.meta.dirname, '..');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

await provideExtension({ root, environment: process.env, say });
await providePage({ root, say });
