/** The register's own screen: status bar, home grid or shelf, cart, and what lies over them. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { receiptOf } from '../details.ts';
import type { Page } from '../pos-app.ts';
import type { Register } from '../register.ts';
import { CartPane } from './cart-pane.tsx';
import { Checkout, Done } from './checkout.tsx';
import { DetailScreen } from './details.tsx';
import { Dialogs, type DialogName } from './dialogs.tsx';
import { ExtensionModal, Scanner, Toast } from './overlays.tsx';
import { clockTime } from './format.ts';
import { Home } from './home.tsx';
import { AirplaneIcon, WifiIcon } from './icons.tsx';
import { LOCATIONS, SHOP_NAME, STAFF } from '../../shop.ts';

/** What is open on the register; all of it is gone when the app is killed. */
export interface Screen {
  readonly page: Page;
  readonly dialog: DialogName | undefined;
}

export interface ScreenProps {
  readonly register: Register;
  readonly screen: Screen;
  readonly show: (change: Partial<Screen>) => void;
}

export function Tablet({ register }: { readonly register: Register }) {
  const dialog = useSignal<DialogName | undefined>(undefined);
  const show = (change: Partial<Screen>): void => {
    if (change.page !== undefined) register.page.value = change.page;
    if ('dialog' in change) dialog.value = change.dialog;
  };
  useEffect(
    () => register.isOpen.subscribe((isOpen) => (isOpen ? undefined : show({ dialog: undefined }))),
    [register],
  );
  const screen = { page: register.page.value, dialog: dialog.value };
  const props: ScreenProps = { register, screen, show };
  return (
    <main class="tablet" data-testid="tablet" aria-label={register.name}>
      <StatusBar register={register} />
      {register.isOpen.value ? (
        <div class="pos">
          <Pages {...props} />
          <Dialogs {...props} />
          <ExtensionModal register={register} />
          <Scanner register={register} />
          <Toast register={register} />
        </div>
      ) : (
        <Closed register={register} />
      )}
    </main>
  );
}

/** A payment and what follows it take the whole screen; all else stands beside the cart. */
function Pages(props: ScreenProps) {
  const { register, screen } = props;
  const details = register.details.value;
  const receipt = receiptOf(details);
  if (receipt !== undefined) return <Done {...props} receipt={receipt} />;
  if (screen.page === 'checkout') return <Checkout {...props} />;
  return (
    <>
      {details === undefined ? <Home {...props} /> : <DetailScreen {...props} details={details} />}
      <CartPane {...props} />
    </>
  );
}

function StatusBar({ register }: { readonly register: Register }) {
  const { airplane, locale, location, staff } = register.settings.value;
  const now = useSignal(register.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = register.now()), 5_000);
    return () => clearInterval(timer);
  }, [register]);
  const place = LOCATIONS.find(({ id }) => id === location)?.name ?? '';
  const person = STAFF.find(({ id }) => id === staff)?.name ?? 'Nobody pinned in';
  return (
    <header class="status-bar">
      <time>{clockTime(now.value, locale)}</time>
      <span class="status-shop">
        {SHOP_NAME} · {place}
      </span>
      <span class="status-staff">{person}</span>
      <button
        type="button"
        class="status-network"
        data-testid="airplane"
        aria-pressed={airplane}
        aria-label="Airplane mode"
        onClick={() => register.change({ airplane: !airplane })}
      >
        {airplane ? <AirplaneIcon size={20} /> : <WifiIcon size={20} />}
        <span data-testid="network-status">{airplane ? 'Airplane mode' : 'Online'}</span>
      </button>
    </header>
  );
}

function Closed({ register }: { readonly register: Register }) {
  return (
    <section class="closed" data-testid="closed">
      <h2>POS is closed</h2>
      <p>The app was killed: its contexts are gone, and so is the cart. Its storage is not.</p>
      <button
        type="button"
        class="primary big"
        data-testid="open-pos"
        onClick={() => register.openApp()}
      >
        Open POS
      </button>
    </section>
  );
}
