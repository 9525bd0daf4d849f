/** Where an extension shows itself; what became of its context is said in its place. */
import { useEffect, useRef } from 'preact/hooks';
import type { Place } from '../../platform/places.ts';
import type { Register } from '../register.ts';

export function ContextView({
  register,
  place,
}: {
  readonly register: Register;
  readonly place: Place;
}) {
  const context = register.contexts.value.get(place);
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (context !== undefined) holder.current?.replaceChildren(context.root);
  }, [context]);
  const status = context?.status.value;
  return (
    <div class="context" data-testid={`context-${place}`} data-status={status}>
      <div class="context-root" ref={holder} />
      {(status === 'killed' || status === 'failed') && (
        <div class="context-gone" role="alert">
          <p>{status === 'killed' ? 'This extension was killed.' : 'This extension failed.'}</p>
          <button type="button" onClick={() => register.restartContext(place)}>
            Start it again
          </button>
        </div>
      )}
    </div>
  );
}
