/**
 * The manager's PIN at the register. Wrong ones are counted in storage before anybody is told, so
 * that neither a restart nor another screen gives more tries; only a sync does. The PIN itself is
 * never kept anywhere.
 */
import { isPin } from '../../shared/pin.ts';
import { PIN_ATTEMPTS_MAX } from '../../shared/program.ts';
import type { OperationOf } from '../../shared/protocol.ts';
import type { Outbox } from './outbox.ts';
import { note } from './pos-events.ts';
import type { SessionFacts } from './exchange.ts';
import { operationsOf } from './view.ts';

/** Whether the PIN is right; false where none was given or none is asked for. Never rejects. */
export type PinCheck = (
  digits: string | undefined,
) => Promise<boolean | 'pin-wrong' | 'pin-locked' | 'storage-failing'>;

export function createPinCheck({
  outbox,
  session,
}: {
  readonly outbox: Outbox;
  session(): SessionFacts;
}): PinCheck {
  const check: PinCheck = async (digits) => {
    if (digits === undefined) return false;
    const view = await outbox.view();
    const pin = view.balances.newest?.policy.pin;
    if (pin === undefined || pin === null) return false;
    if (operationsOf(view.pending, 'note').filter(isRefusedPin).length >= PIN_ATTEMPTS_MAX)
      return 'pin-locked';
    if (isPin(pin, digits)) return true;
    const refused = outbox.draft(note('pin-refused', '', { session: session() }), view);
    const { state } = await outbox.create(refused);
    return state === 'stored' ? 'pin-wrong' : 'storage-failing';
  };
  // One after the other: two at once would count one try.
  let last: ReturnType<PinCheck> = Promise.resolve(false);
  return (digits) => {
    last = last.then(() => check(digits)).catch(() => 'storage-failing' as const);
    return last;
  };
}

const isRefusedPin = ({ body }: OperationOf<'note'>): boolean => body.topic === 'pin-refused';
