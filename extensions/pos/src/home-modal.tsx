import { render } from 'preact';
import { version } from '../package.json';
import { clock, createPlatform, onChange } from './platform.ts';
import { runProbe, tidyProbe } from './probe.ts';
import { HomeScreen } from './ui/home-screen.tsx';

/** The modal that the tile opens. */
export default function homeModal(): void {
  const platform = createPlatform(shopify, 'screen');
  const { scanner, storage, session, cart, connectivity, extension } = shopify;
  const { scannerData, sources } = scanner;
  const isQuiet = (): boolean => {
    const { ready, waiting, open } = platform.register.state();
    return ready && waiting.length + open.length + cart.current.value.lineItems.length === 0;
  };
  const facts = (): string[] => [
    `app ${version}`,
    `POS ${session.currentSession.posVersion}`,
    `API ${extension.apiVersion}`,
    connectivity.current.value.internetConnected,
  ];
  const token = () => session.getSessionToken();
  render(
    <HomeScreen
      {...platform}
      scanner={{
        data: {
          read: () => scannerData.current.value.data,
          subscribe: (listener) => onChange(scannerData.current, listener),
        },
        hasCamera: () => sources.current.value.includes('camera'),
        showCamera: (isOpen) =>
          isOpen ? scanner.showCameraScanner() : scanner.hideCameraScanner(),
      }}
      probe={{
        version,
        tidy: () => tidyProbe(storage),
        run: () => runProbe({ storage, clock, facts, token, isQuiet }),
      }}
      toast={(text) => shopify.toast.show(text)}
    />,
    document.body,
  );
}
