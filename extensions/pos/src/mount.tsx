/**
 * How a target comes to the screen. POS shows an extension in three shapes around one thing (an
 * order, a customer, a product): a menu item that opens the action, a block beside the thing, and
 * the action's whole screen. Which of them it is, the target's own name says.
 */
import { render, type FunctionComponent } from 'preact';
import { createPlatform, type Platform, type ScreenApi } from './platform.ts';
import type { TextKey } from '../../screens/words.ts';

export interface MountApi extends ScreenApi {
  readonly extension: { readonly target: string };
  readonly toast: { show(text: string): void };
  /** Missing at an action: nothing opens from there. */
  readonly action?: { presentModal(): void };
}

/** What a screen or a block is drawn from. */
export interface BodyProps extends Platform {
  /** In a block a glance must do: no fields, no sync of its own, and the action is one tap away. */
  readonly isBlock: boolean;
  /** A short confirmation over the screen; never the only place where something is said. */
  readonly toast: (text: string) => void;
}

/**
 * Draws this target: the menu item's button says `open`, as does the block's; a block and an
 * action's screen show `Body` under the heading. Only an action syncs; the others read this device.
 */
export function mount(
  api: MountApi,
  { heading, open, Body }: { heading: TextKey; open: TextKey; Body: FunctionComponent<BodyProps> },
): void {
  const { target } = api.extension;
  const isAction = target.endsWith('.action.render');
  const isBlock = target.endsWith('.block.render');
  const platform = createPlatform(api, isAction ? 'screen' : 'tile');
  const { words } = platform;
  const body = <Body {...platform} isBlock={isBlock} toast={(text) => api.toast.show(text)} />;
  const slot = isBlock ? ({ slot: 'secondary-actions' } as const) : {};
  const button = (
    <s-button {...slot} id="open" onClick={() => api.action?.presentModal()}>
      {words.text(open)}
    </s-button>
  );
  render(
    isAction ? (
      <s-page heading={words.text(heading)}>
        <s-scroll-box>
          <s-stack direction="block" gap="base" padding="base">
            {body}
          </s-stack>
        </s-scroll-box>
      </s-page>
    ) : isBlock ? (
      <s-pos-block heading={words.text(heading)}>
        {body}
        {button}
      </s-pos-block>
    ) : (
      button
    ),
    document.body,
  );
}
