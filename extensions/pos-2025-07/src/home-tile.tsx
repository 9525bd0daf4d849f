/**
 * The tile on the home screen's grid. This version has no target that lives as long as POS does;
 * the tile is there whenever the home screen is, so that it follows redemptions and sends what
 * waits.
 */
import { reactExtension } from '@shopify/ui-extensions-react/point-of-sale';
import { createPlatform } from './platform.ts';
import { HomeTile } from './ui/home-tile.tsx';
import { world } from './world.ts';

export default reactExtension('pos.home.tile.render', async (api) => {
  const platform = await createPlatform(api, 'background', world);
  return <HomeTile {...platform} onOpen={() => api.action.presentModal()} />;
});
