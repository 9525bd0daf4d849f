/** The register's details: what waits here, how old it is, and what must happen before logout. */
import { useOneAtATime, useRegister, useTick } from './hooks.ts';
import { problems } from './problems.ts';
import { NotReady, type BodyProps } from './body.tsx';
import { SyncPanel } from './sync-panel.tsx';
import { oldestWaitingMs } from './tile-status.ts';
import { Remarks, Waiting } from './waiting.tsx';

/** In a block the state alone; as a screen also the lists, and the button that syncs. */
export function RegisterBody({ register, words, now, isBlock }: BodyProps) {
  const state = useRegister(register);
  const sync = useOneAtATime();
  useTick();
  const { waiting, unknown } = state;
  if (!state.ready) return <NotReady state={state} words={words} />;
  return (
    <s-stack direction="block" gap="base">
      {unknown > 0 && <s-text tone="warning">{words.counted('register.unknown', unknown)}</s-text>}
      {isBlock && waiting.length > 0 && (
        <s-stack direction="block">
          <s-text tone="warning">{words.counted('waiting.stay', waiting.length)}</s-text>
          <s-text color="subdued">
            {words.text('register.oldest', { age: words.age(oldestWaitingMs(state, now())) })}
          </s-text>
        </s-stack>
      )}
      {!isBlock && <Waiting waiting={waiting} words={words} now={now()} />}
      {!isBlock && <Remarks remarks={state.remarks} words={words} />}
      <SyncPanel
        state={state}
        problems={problems(state)}
        isBusy={sync.isBusy}
        words={words}
        onSync={
          isBlock ? undefined : () => sync.run(() => register.syncNow().then(() => undefined))
        }
      />
    </s-stack>
  );
}
