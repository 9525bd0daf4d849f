/** A line of the cart: what it earns, and redeeming against it alone. */
import { reactExtension } from '@shopify/ui-extensions-react/point-of-sale';
import { createPlatform } from './platform.ts';
import { LineBody } from './ui/line-body.tsx';
import { world } from './world.ts';

export default reactExtension('pos.cart.line-item-details.action.render', async (api) => {
  const platform = await createPlatform(api, 'screen', world);
  const toast = (text: string): void => api.toast.show(text);
  return <LineBody {...platform} line={api.cartLineItem.uuid} toast={toast} />;
});
