/**
 * The receipt's footer: what this purchase earned and redeemed, and the balance with its age. A
 * receipt waits for nobody: whatever fails or takes long here costs these lines alone.
 */
import { render } from 'preact';
import { within, type DeviceStorage } from '../../../shared/ports.ts';
import { createReader } from '../../register/view.ts';
import { clock, random } from './platform.ts';
import { receiptLines, receiptTexts } from './ui/receipt-lines.ts';
import { createWords } from '../../screens/words.ts';

const LIMIT_MS = 2_000;

/** What POS gives a receipt is plain data of the moment, and no `i18n`. */
interface ReceiptApi {
  readonly storage: DeviceStorage;
  readonly transaction: unknown;
  readonly session: { readonly shopId: number; readonly currency: string };
  readonly device: { readonly deviceId: number };
  readonly locale: string;
  readonly connectivity: {
    readonly current: { readonly value: { readonly internetConnected: string } };
  };
}

/** Resolves when it is drawn, or when there is nothing to draw; never rejects. */
export default async function receipt(): Promise<void> {
  const drawn = (await within(clock, LIMIT_MS, footer(shopify)))?.value;
  if (drawn !== undefined) render(drawn, document.body);
}

async function footer(api: ReceiptApi) {
  const { storage, transaction, session, device, locale, connectivity } = api;
  const view = await createReader(storage, session.shopId).read();
  const words = createWords(receiptTexts(locale), { locale: () => locale, now: clock.now });
  const facts = {
    view,
    shopId: session.shopId,
    currency: session.currency,
    device: String(device.deviceId),
    isConnected: connectivity.current.value.internetConnected === 'Connected',
    random,
  };
  const lines = receiptLines(transaction, facts, words);
  if (lines.length === 0) return undefined;
  return (
    <s-pos-block heading={view.balances.newest?.program.name ?? ''}>
      {lines.map((line) => (
        <s-text key={line}>{line}</s-text>
      ))}
    </s-pos-block>
  );
}
