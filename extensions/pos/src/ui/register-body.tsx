/** The register's details: what waits here, how old it is, and what must happen before logout. */
import { NotReady, type BodyProps } from './body.tsx';
import { useOneAtATime, useRegister, useTick } from './hooks.ts';
import { problems } from './problems.ts';
import { SyncPanel } from './sync-panel.tsx';
import { Remarks, Waiting } from './waiting.tsx';

/** The same in the block and on the screen, but for the button that syncs. */
export function RegisterBody({ register, words, now, isBlock }: BodyProps) {
  const state = useRegister(register);
  const { isBusy, run } = useOneAtATime();
  useTick();
  const { ready, waiting, remarks, unknown } = state;
  if (!ready) return <NotReady state={state} words={words} />;
  const onSync = (): void => run(() => register.syncNow().then(() => undefined));
  return (
    <>
      {unknown > 0 && <s-text tone="warning">{words.counted('register.unknown', unknown)}</s-text>}
      <Waiting waiting={waiting} words={words} now={now()} />
      <Remarks remarks={remarks} words={words} />
      <SyncPanel
        state={state}
        problems={problems(state)}
        isBusy={isBusy}
        words={words}
        onSync={isBlock ? undefined : onSync}
      />
    </>
  );
}
