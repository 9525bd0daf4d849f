/** Beside a customer's details: their points and store credit. */
import { reactExtension } from '@shopify/ui-extensions-react/point-of-sale';
import { createPlatform } from './platform.ts';
import { CustomerBlock } from './ui/customer-block.tsx';
import { world } from './world.ts';

export default reactExtension('pos.customer-details.block.render', async (api) => (
  <CustomerBlock {...await createPlatform(api, 'tile', world)} id={api.customer.id} />
));
