/** The whole page: a tablet, and what a developer sees beside it. */
import { useSignal } from '@preact/signals';
import type { Register } from '../register.ts';
import { Backstage } from './backstage.tsx';
import { Tablet } from './tablet.tsx';

const WIDE_PX = 1_360;

export function App({ register }: { readonly register: Register }) {
  const isBackstageOpen = useSignal(window.innerWidth >= WIDE_PX);
  return (
    <div class="stage" data-backstage={isBackstageOpen.value}>
      <div class="stage-main">
        <header class="stage-header">
          <p>
            <strong>Simulator – not Shopify POS</strong>
            <span> · {register.name} of a demo shop; nothing leaves this machine</span>
          </p>
          <nav>
            <a href={`?register=${register.number + 1}`} target="_blank" rel="noreferrer">
              Open register {register.number + 1}
            </a>
            <button
              type="button"
              data-testid="backstage-toggle"
              aria-expanded={isBackstageOpen.value}
              onClick={() => (isBackstageOpen.value = !isBackstageOpen.value)}
            >
              Backstage
            </button>
          </nav>
        </header>
        <Tablet register={register} />
      </div>
      {isBackstageOpen.value && <Backstage register={register} />}
    </div>
  );
}
