/**
 * What every form of the settings does alike: the admin's save bar while something is not saved,
 * the question before leaving, and what to do when somebody else was faster.
 */
import { useEffect, useState, type ReactNode } from 'react';
import { useBlocker } from 'react-router';
import type * as v from '../../../shared/schema.ts';
import { Refused } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';

const WORDS = words({
  en: {
    save: 'Save',
    discard: 'Discard',
    saved: 'Saved. Registers get it with their next call.',
    mend: 'Something is not as it must be: look at the fields that are marked.',
    unreachable: 'Not saved: the server can’t be reached. Your changes are still here.',
    refused: 'This was not saved',
    unsaved: 'You have changes that are not saved.',
    changed: 'Somebody else has saved meanwhile',
    changedBy: (when: string, who: string) => `Version of ${when}, by ${who}. What they changed:`,
    nothing: 'Nothing that you can see here.',
    take: 'Take theirs, discard mine',
    overwrite: 'Save mine over it',
    account: (user: string) => `account ${user}`,
    nobody: 'the app itself',
  },
  fr: {
    save: 'Enregistrer',
    discard: 'Annuler',
    saved: 'Enregistré. Les caisses le reçoivent à leur prochain appel.',
    mend: 'Quelque chose n’est pas correct : voyez les champs marqués.',
    unreachable: 'Non enregistré : le serveur est injoignable. Vos changements sont toujours là.',
    refused: 'Ceci n’a pas été enregistré',
    unsaved: 'Vous avez des changements non enregistrés.',
    changed: 'Quelqu’un d’autre a enregistré entre-temps',
    changedBy: (when: string, who: string) => `Version du ${when}, par ${who}. Ce qui a changé :`,
    nothing: 'Rien de visible ici.',
    take: 'Prendre la leur, abandonner la mienne',
    overwrite: 'Enregistrer la mienne par-dessus',
    account: (user: string) => `le compte ${user}`,
    nobody: 'l’application elle-même',
  },
});

export interface Saving<A> {
  readonly isSaving: boolean;
  /** What somebody else has saved meanwhile, until it is decided what becomes of it. */
  readonly theirs: A | undefined;
  /** Why the server refused, in its words. */
  readonly refusal: string | undefined;
  /** Resolves to whether it is saved. */
  save(body: unknown): Promise<boolean>;
  /** Ends the question that `theirs` asks. */
  settle(): void;
}

/** Sends a decision to `path`; `onSaved` gets what the server answers. */
export function useSaving<A>(by: {
  readonly path: string;
  readonly schema: v.Schema<A>;
  readonly onSaved: (answer: A) => void;
}): Saving<A> {
  const { asking, bridge } = useDeps();
  const said = useWords(WORDS);
  const [isSaving, setSaving] = useState(false);
  const [theirs, setTheirs] = useState<A | undefined>();
  const [refusal, setRefusal] = useState<string | undefined>();

  async function send(body: unknown): Promise<boolean> {
    try {
      by.onSaved(await asking.send('PUT', by.path, body, by.schema));
      bridge.toast(said.saved);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) bridge.toast(said.unreachable, { isError: true });
      else if (error.code === 'changed') await look();
      else setRefusal(error.message);
      return false;
    }
  }
  async function look(): Promise<void> {
    const answer = await asking.get(by.path, by.schema).catch(() => undefined);
    if (answer === undefined) bridge.toast(said.unreachable, { isError: true });
    else setTheirs(answer);
  }
  const settle = () => {
    setTheirs(undefined);
    setRefusal(undefined);
  };
  const save = async (body: unknown) => {
    settle();
    setSaving(true);
    const isSaved = await send(body);
    setSaving(false);
    return isSaved;
  };
  return { isSaving, theirs, refusal, save, settle };
}

/** The admin's own bar, and the same two buttons at the end of the form. */
export function SaveBar(props: {
  readonly id: string;
  readonly isChanged: boolean;
  readonly hasFaults: boolean;
  readonly isSaving: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
}) {
  const said = useWords(WORDS);
  const { id, isChanged, isSaving, hasFaults, onSave, onDiscard } = props;
  useLeaving(id, isChanged);
  return (
    <s-stack gap="small">
      <ui-save-bar id={id}>
        <button {...PRIMARY} onClick={onSave}>
          {said.save}
        </button>
        <button onClick={onDiscard}>{said.discard}</button>
      </ui-save-bar>
      {hasFaults && <s-banner tone="critical" heading={said.mend} />}
      {isChanged && <s-text color="subdued">{said.unsaved}</s-text>}
      <s-stack direction="inline" gap="small">
        <s-button variant="primary" disabled={!isChanged} loading={isSaving} onClick={onSave}>
          {said.save}
        </s-button>
        <s-button disabled={!isChanged || isSaving} onClick={onDiscard}>
          {said.discard}
        </s-button>
      </s-stack>
    </s-stack>
  );
}

/** Which of the bar's buttons saves; a word of App Bridge's. */
const PRIMARY = { variant: 'primary' } as const;

/** Shows the bar as long as something is not saved, and asks before a view is left with it. */
function useLeaving(id: string, isChanged: boolean): void {
  const { bridge } = useDeps();
  useEffect(() => {
    bridge.saveBar(id, isChanged);
    return () => bridge.saveBar(id, false);
  }, [bridge, id, isChanged]);
  const blocker = useBlocker(isChanged);
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    if (!isChanged) return blocker.reset();
    let isAsked = true;
    const go = () => isAsked && blocker.proceed();
    const stay = () => isAsked && blocker.reset();
    bridge.leave().then(go, stay);
    return () => {
      isAsked = false;
    };
  }, [bridge, blocker, isChanged]);
}

/** What somebody else saved, and the choice between theirs and mine. */
export function Conflict(props: {
  readonly at: number | null;
  readonly by: string | null;
  readonly changes: readonly string[];
  readonly onTake: () => void;
  readonly onOverwrite: () => void;
}) {
  const said = useWords(WORDS);
  const { moment } = useFormat();
  const who = useWho();
  const { at, by, changes } = props;
  return (
    <s-banner tone="warning" heading={said.changed}>
      <s-paragraph>{said.changedBy(at === null ? '—' : moment(at), who(by))}</s-paragraph>
      <s-unordered-list>
        {(changes.length === 0 ? [said.nothing] : changes).map((change) => (
          <s-list-item key={change}>{change}</s-list-item>
        ))}
      </s-unordered-list>
      <s-button slot="secondary-actions" onClick={props.onTake}>
        {said.take}
      </s-button>
      <s-button slot="secondary-actions" tone="critical" onClick={props.onOverwrite}>
        {said.overwrite}
      </s-button>
    </s-banner>
  );
}

export function Refusal({ text }: { readonly text: string | undefined }): ReactNode {
  const said = useWords(WORDS);
  if (text === undefined) return null;
  return (
    <s-banner tone="critical" heading={said.refused}>
      <s-paragraph>{text}</s-paragraph>
    </s-banner>
  );
}

/** Who decided: an account by its number, or nobody. */
export function useWho(): (by: string | null) => string {
  const said = useWords(WORDS);
  return (by) => (by === null ? said.nobody : said.account(by));
}
