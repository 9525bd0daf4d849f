/** The card of a cart app extension (legacy) on an old POS, and the switch for it. */
import type { Register } from '../register.ts';
import { Section, Toggle } from './panel.tsx';

interface Props {
  readonly register: Register;
}

/** Beside the cart, as POS drew it; nothing at all while it is switched off. */
export function CartExtensionCard({ register }: Props) {
  const { cartExtension } = register;
  const list = cartExtension.list.value;
  if (!cartExtension.isOn.value) return null;
  const isEmpty = register.cartState.value.lines.length === 0;
  return (
    <section class="cart-extension" aria-label="Cart extension" data-testid="cart-extension">
      <strong>Harbour Club (legacy)</strong>
      {list?.points_label !== undefined && list.points_balance !== undefined && (
        <span data-testid="cart-extension-points">
          {list.points_label}: {list.points_balance}
        </span>
      )}
      {(list?.actions ?? []).map((offer) => (
        <button
          type="button"
          class="quiet"
          key={offer.action_id}
          disabled={isEmpty}
          data-testid="cart-extension-action"
          onClick={() => void cartExtension.perform(offer)}
        >
          {offer.title} <small>{offer.description}</small>
        </button>
      ))}
      {list?.actions.length === 0 && <small>No actions</small>}
    </section>
  );
}

export function CartExtensionPanel({ register }: Props) {
  const { cartExtension } = register;
  return (
    <Section title="Legacy cart extension" name="cart-extension">
      <Toggle
        label="POS asks it, as before 2025"
        name="cart-extension-switch"
        on={cartExtension.isOn.value}
        change={(on) => void cartExtension.turn(on)}
      />
    </Section>
  );
}
