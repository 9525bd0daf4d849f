/** The modal that the tile opens. */
import { reactExtension } from '@shopify/ui-extensions-react/point-of-sale';
import { createPlatform, createScanner } from './platform.ts';
import { HomeScreen } from './ui/home-screen.tsx';
import { world } from './world.ts';

export default reactExtension('pos.home.modal.render', async (api) => {
  const platform = await createPlatform(api, 'screen', world);
  const toast = (text: string): void => api.toast.show(text);
  return <HomeScreen {...platform} scanned={createScanner(api)} toast={toast} />;
});
