/** Every POS component that the page can draw. */
import { COMPONENTS } from '../../platform/components.ts';
import { defineActions } from './actions.tsx';
import { defineFields } from './fields.tsx';
import { defineLayout } from './layout.tsx';
import { defineScreens } from './screens.tsx';
import { defineText } from './text.tsx';

/** To be called once, before an extension starts. */
export function defineElements(): void {
  defineLayout();
  defineText();
  defineActions();
  defineFields();
  defineScreens();
}

/**
 * Components of POS that the simulator knows but does not draw; using one is told to the developer.
 */
export function undrawnComponents(registry: CustomElementRegistry): string[] {
  return Object.keys(COMPONENTS).filter((tag) => registry.get(tag) === undefined);
}
