/** A dialog over the page, shown from the moment it is drawn until it is taken away. */
import { useLayoutEffect, useRef, type ReactNode } from 'react';

/** Where nothing of Shopify's is loaded, an element has no such methods. */
type Overlay = Partial<Pick<HTMLElementTagNameMap['s-modal'], 'showOverlay' | 'hideOverlay'>>;

export function Dialog(props: {
  readonly heading: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const place = useRef<HTMLElementTagNameMap['s-modal']>(null);
  const onClose = useRef(props.onClose);
  onClose.current = props.onClose;
  useLayoutEffect(() => {
    const modal = place.current;
    if (modal === null) return;
    const overlay: Overlay = modal;
    let isLeaving = false;
    const hide = (event: Event) => {
      if (event.target === modal && !isLeaving) onClose.current();
    };
    modal.addEventListener('hide', hide);
    overlay.showOverlay?.();
    return () => {
      // Closed before it is gone, so that the focus goes back to where it came from.
      isLeaving = true;
      overlay.hideOverlay?.();
      modal.removeEventListener('hide', hide);
    };
  }, []);
  return (
    <s-modal ref={place} heading={props.heading}>
      {props.children}
    </s-modal>
  );
}
