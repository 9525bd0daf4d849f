/** What a component must know of its children: which of its slots are filled. */
import type { HostElement } from '../../elements/element-class.ts';

/** Whether a child stands in the slot of this name. */
export function hasSlotted(host: HostElement, slot: string): boolean {
  return host.querySelector(`:scope > [slot="${slot}"]`) !== null;
}

/** Draws again when children come and go. */
export function watchChildren(host: HostElement): void {
  new MutationObserver(() => host.refresh()).observe(host, { childList: true });
}
