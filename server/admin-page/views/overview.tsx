/** The view "Overview": what needs a person, today, registers, a picture of time. */
import { overviewSchema, type Overview } from '../../../shared/merchant/overview.ts';
import type { Unit } from '../../../shared/amount.ts';
import { useAnswer } from '../answer.ts';
import { useDeps } from '../deps.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { useFormat, useShop } from '../surroundings.tsx';
import { useWords, words } from '../words.ts';
import { Account } from './overview-account.tsx';
import { Attention } from './overview-attention.tsx';
import { Registers } from './overview-registers.tsx';
import { TimelineSection } from './overview-timeline.tsx';

const WORDS = words({
  en: {
    heading: 'Overview',
    today: (day: string) => `Today, ${day}`,
    redeemed: 'Redeemed',
    earned: 'Earned',
    waiting: 'Waiting on registers',
    conflicts: 'In conflict',
    none: 'Nothing yet',
    redemptions: (count: number) => (count === 1 ? '1 redemption' : `${count} redemptions`),
    sales: (count: number) => (count === 1 ? '1 sale' : `${count} sales`),
    waitingText: 'Operations that registers had not sent when they called last',
    noWaiting: 'Every register has sent everything',
    conflictsText: 'Arrived today and to be looked at',
    noConflicts: 'Nothing that arrived today is in doubt',
    noRegisters: 'No register has called yet',
    howTo:
      'Open Shopify POS on a register with a network, and add the tile “Tideover” to its grid. ' +
      'The register shows up here with its first call.',
    settings: 'Look at the settings',
  },
  fr: {
    heading: 'Vue d’ensemble',
    today: (day: string) => `Aujourd’hui, ${day}`,
    redeemed: 'Utilisé',
    earned: 'Gagné',
    waiting: 'En attente sur les caisses',
    conflicts: 'En conflit',
    none: 'Rien encore',
    redemptions: (count: number) => (count < 2 ? `${count} utilisation` : `${count} utilisations`),
    sales: (count: number) => (count < 2 ? `${count} vente` : `${count} ventes`),
    waitingText: 'Opérations que les caisses n’avaient pas envoyées à leur dernier appel',
    noWaiting: 'Toutes les caisses ont tout envoyé',
    conflictsText: 'Arrivées aujourd’hui et à vérifier',
    noConflicts: 'Rien de ce qui est arrivé aujourd’hui n’est douteux',
    noRegisters: 'Aucune caisse n’a encore appelé',
    howTo:
      'Ouvrez Shopify POS sur une caisse connectée au réseau et ajoutez la tuile « Tideover » à ' +
      'sa grille. La caisse apparaît ici dès son premier appel.',
    settings: 'Voir les réglages',
  },
});

export function OverviewView() {
  const said = useWords(WORDS);
  const { now } = useDeps();
  const format = useFormat();
  const since = format.startOfDay(now());
  const overview = useAnswer('/overview', overviewSchema, { query: { since } });
  return (
    <s-page heading={said.heading}>
      <Shown of={overview}>
        {(answer) => (
          <>
            <Attention overview={answer} />
            <Account />
            {answer.registers.length === 0 ? (
              <s-section accessibilityLabel={said.noRegisters}>
                <Empty heading={said.noRegisters} text={said.howTo}>
                  <s-button href="/app/settings">{said.settings}</s-button>
                </Empty>
              </s-section>
            ) : (
              <>
                <Today overview={answer} />
                <Registers overview={answer} />
                <TimelineSection />
              </>
            )}
          </>
        )}
      </Shown>
    </s-page>
  );
}

function Today({ overview }: { readonly overview: Overview }) {
  const said = useWords(WORDS);
  const { day, count, date, startOfDay } = useFormat();
  const { today } = overview;
  const from = date(startOfDay(overview.now));
  const hasConflicts = today.conflicts > 0;
  return (
    <s-section heading={said.today(day(overview.now))}>
      <div style={GRID}>
        <Figure name={said.redeemed} href={`/app/log?kind=intent&from=${from}`}>
          <Sums sums={today.redeemed} counted={said.redemptions} />
        </Figure>
        <Figure name={said.earned} href={`/app/log?kind=earn&from=${from}`}>
          <Sums sums={today.earned} counted={said.sales} />
        </Figure>
        <Figure name={said.waiting}>
          <Large>{count(today.waiting)}</Large>
          <s-text color="subdued">{today.waiting > 0 ? said.waitingText : said.noWaiting}</s-text>
        </Figure>
        <Figure name={said.conflicts} {...(hasConflicts ? { href: '/app/review' } : {})}>
          <Large>{count(today.conflicts)}</Large>
          <s-text color="subdued">{hasConflicts ? said.conflictsText : said.noConflicts}</s-text>
        </Figure>
      </div>
    </s-section>
  );
}

const GRID = {
  display: 'grid',
  gap: '12px',
  gridTemplateColumns: 'repeat(auto-fit, minmax(190px, 1fr))',
} as const;

function Figure(props: {
  readonly name: string;
  readonly href?: string;
  readonly children: React.ReactNode;
}) {
  const { name, href } = props;
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="small-300">
        {href === undefined ? <s-text>{name}</s-text> : <s-link href={href}>{name}</s-link>}
        {props.children}
      </s-stack>
    </s-box>
  );
}

function Sums(props: {
  readonly sums: readonly {
    readonly unit: Unit;
    readonly amount: number;
    readonly count: number;
  }[];
  readonly counted: (count: number) => string;
}) {
  const said = useWords(WORDS);
  const { amount } = useFormat();
  const currency = useShop()?.currency;
  const sums = props.sums.filter((sum) => sum.count > 0 || sum.amount !== 0);
  if (sums.length === 0) return <Large>{said.none}</Large>;
  // Points first, then the shop's own money, then what else there is.
  const rank = (unit: Unit) => (unit === 'points' ? 0 : unit === currency ? 1 : 2);
  return sums
    .toSorted((a, b) => rank(a.unit) - rank(b.unit))
    .map((sum) => (
      <s-stack key={sum.unit} gap="none">
        <Large>{amount(sum.unit, sum.amount)}</Large>
        <s-text color="subdued">{props.counted(sum.count)}</s-text>
      </s-stack>
    ));
}

function Large({ children }: { readonly children: React.ReactNode }) {
  return <span style={{ fontSize: '1.5rem', fontWeight: 600, lineHeight: 1.3 }}>{children}</span>;
}
