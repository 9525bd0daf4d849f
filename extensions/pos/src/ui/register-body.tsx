/** The register's details: what waits here, how old it is, and what must happen before logout. */
import { NotReady, type BodyProps } from './body.tsx';
import { useRegister } from './hooks.ts';
import { SyncPanel } from './sync-panel.tsx';
import { Remarks, Waiting } from './waiting.tsx';

/** The same in the block and on the screen, but for the button that syncs. */
export function RegisterBody({ register, words, now, isBlock }: BodyProps) {
  const state = useRegister(register);
  const { ready, waiting, remarks, unknown } = state;
  if (!ready) return <NotReady state={state} words={words} />;
  return (
    <>
      {unknown > 0 && <s-text tone="warning">{words.counted('register.unknown', unknown)}</s-text>}
      <Waiting waiting={waiting} words={words} now={now()} />
      <Remarks remarks={remarks} words={words} />
      <SyncPanel {...{ register, state, words, isBlock }} />
    </>
  );
}
