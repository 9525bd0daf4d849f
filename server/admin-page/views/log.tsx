/**
 * The view "Sync log": what registers, orders and people brought into the books, newest first. What
 * it is narrowed to stands in the address, so that a link shows somebody else the same.
 */
import { useSearchParams } from 'react-router';
import { logChoicesSchema, type LogChoices } from '../../../shared/merchant/log.ts';
import { useAnswer } from '../answer.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { FILTER_NAMES, filterOf, queryOf, SYNC_FILTERS, withFilter } from './log-address.ts';
import { ExportButton } from './log-export.tsx';
import { LogFilters } from './log-filters.tsx';
import { SyncList } from './log-syncs.tsx';
import { OperationList } from './log-table.tsx';
import { LOG_WORDS } from './log-words.ts';

const TABS = ['operations', 'syncs'] as const;
const NO_CHOICES: LogChoices = { registers: [], locations: [], staff: [], kinds: [] };

export function LogView() {
  const said = useWords(LOG_WORDS);
  const format = useFormat();
  const [address, setAddress] = useSearchParams();
  const choices = useAnswer('/log-filters', logChoicesSchema, { isLive: false });
  const tab = address.get('show') === 'syncs' ? 'syncs' : 'operations';
  const names = tab === 'syncs' ? SYNC_FILTERS : FILTER_NAMES;
  const filter = filterOf(address);
  const query = queryOf(filter, format, names);
  const show = (one: (typeof TABS)[number]) =>
    setAddress((before) => {
      const next = new URLSearchParams(before);
      if (one === 'syncs') next.set('show', 'syncs');
      else next.delete('show');
      return next;
    });
  return (
    <s-page heading={said.heading} inlineSize="large">
      <s-section accessibilityLabel={said.heading}>
        <s-stack gap="base">
          <s-stack direction="inline" gap="small" alignItems="center">
            {TABS.map((one) => (
              <s-press-button key={one} pressed={tab === one} onClick={() => show(one)}>
                {said.tabs[one]}
              </s-press-button>
            ))}
          </s-stack>
          <LogFilters
            names={names}
            filter={filter}
            choices={choices.answer ?? NO_CHOICES}
            onChange={(change) => setAddress((before) => withFilter(before, change))}
          />
          {tab === 'syncs' ? (
            <SyncList query={query} />
          ) : (
            <>
              <ExportButton query={query} />
              <OperationList query={query} />
            </>
          )}
        </s-stack>
      </s-section>
    </s-page>
  );
}
