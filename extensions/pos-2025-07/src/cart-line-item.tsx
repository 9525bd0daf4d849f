/** The entry in the menu of a line of the cart: it opens the screen of that line. */
import { Button, reactExtension } from '@shopify/ui-extensions-react/point-of-sale';

export default reactExtension('pos.cart.line-item-details.action.menu-item.render', (api) => (
  <Button onPress={() => api.action.presentModal()} />
));
