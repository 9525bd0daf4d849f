/**
 * `npm run build`: the extension, by Shopify's own tool, the simulator's page and its admin, and
 * the merchant's page. What is newer than its sources is left as it is.
 */
import { join } from 'node:path';
import { provideExtension } from '../simulator/extension-build.ts';
import { provideAdminScripts, provideMerchantPage, providePage } from '../simulator/page-build.ts';

const root = join(import.meta.dirname, '..');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

await provideExtension({ root, environment: process.env, say });
await providePage({ root, say });
await provideAdminScripts({ root, say });
await provideMerchantPage({ root, say });
