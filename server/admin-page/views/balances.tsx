/** The view "Import and export" of balances as a file. */
import { useState } from 'react';
import { importsSchema, type ImportState } from '../../../shared/merchant/balances-file.ts';
import { useAnswer, type Answered } from '../answer.ts';
import { Shown } from '../parts/states.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { ExportSection } from './balances-export.tsx';
import { ImportSection } from './balances-import.tsx';
import { BALANCES_WORDS } from './balances-words.ts';

type Imports = { readonly imports: readonly ImportState[] };

export function BalancesView() {
  const said = useWords(BALANCES_WORDS);
  const imports = useAnswer<Imports>('/imports', importsSchema);
  const [current, setCurrent] = useState<ImportState | undefined>();
  return (
    <s-page heading={said.heading}>
      <ImportSection
        current={current}
        onChange={(next) => {
          setCurrent(next);
          if (next?.state !== current?.state) void imports.refresh();
        }}
      />
      <Earlier of={imports} onShow={setCurrent} />
      <ExportSection />
    </s-page>
  );
}

const TONES = {
  sending: 'neutral',
  refused: 'critical',
  checked: 'info',
  applying: 'info',
  done: 'success',
} as const;

function Earlier(props: {
  readonly of: Answered<Imports>;
  readonly onShow: (state: ImportState) => void;
}) {
  const said = useWords(BALANCES_WORDS);
  return (
    <s-section heading={said.earlier}>
      <Shown of={props.of}>
        {({ imports }) =>
          imports.length === 0 ? (
            <s-text color="subdued">{said.none}</s-text>
          ) : (
            <s-table>
              <s-table-header-row>
                <s-table-header listSlot="primary">{said.file}</s-table-header>
                <s-table-header listSlot="inline">{said.state}</s-table-header>
                <s-table-header format="numeric">{said.rows}</s-table-header>
                <s-table-header>{said.by}</s-table-header>
                <s-table-header>{said.when}</s-table-header>
              </s-table-header-row>
              <s-table-body>
                {imports.map((one) => (
                  <EarlierRow key={one.id} one={one} onShow={props.onShow} />
                ))}
              </s-table-body>
            </s-table>
          )
        }
      </Shown>
    </s-section>
  );
}

function EarlierRow(props: {
  readonly one: ImportState;
  readonly onShow: (state: ImportState) => void;
}) {
  const said = useWords(BALANCES_WORDS);
  const { count, moment, ago } = useFormat();
  const { name, state, rows, by, at } = props.one;
  return (
    <s-table-row>
      <s-table-cell>
        {state === 'sending' ? (
          <s-text>{name}</s-text>
        ) : (
          <s-button
            variant="tertiary"
            accessibilityLabel={said.show(name)}
            onClick={() => props.onShow(props.one)}
          >
            {name}
          </s-button>
        )}
      </s-table-cell>
      <s-table-cell>
        <s-badge tone={TONES[state]}>{said.states[state]}</s-badge>
      </s-table-cell>
      <s-table-cell>{count(rows)}</s-table-cell>
      <s-table-cell>{said.account(by)}</s-table-cell>
      <s-table-cell>{`${moment(at)} (${ago(at)})`}</s-table-cell>
    </s-table-row>
  );
}
