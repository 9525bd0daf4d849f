/** A page with every component of the admin, as an app would use them. */

const TABLE = `
<s-section heading="Registers" padding="none">
  <s-table paginate has-next-page hasnextpage>
    <s-grid slot="filters" gap="small" gridtemplatecolumns="1fr auto">
      <s-search-field label="Search" labelaccessibilityvisibility="exclusive"
        placeholder="Search by reference"></s-search-field>
      <s-button icon="sort" accessibilitylabel="Sort"></s-button>
    </s-grid>
    <s-table-header-row>
      <s-table-header listslot="primary">Register</s-table-header>
      <s-table-header listslot="inline">State</s-table-header>
      <s-table-header>Last seen</s-table-header>
      <s-table-header format="numeric">Waiting</s-table-header>
    </s-table-header-row>
    <s-table-body>
      <s-table-row clickdelegate="first">
        <s-table-cell>
          <s-link id="first" href="/app/log?device=1">Market stall</s-link>
        </s-table-cell>
        <s-table-cell><s-badge tone="success">Connected</s-badge></s-table-cell>
        <s-table-cell>2 minutes ago</s-table-cell>
        <s-table-cell>0</s-table-cell>
      </s-table-row>
      <s-table-row>
        <s-table-cell>Cellar</s-table-cell>
        <s-table-cell><s-badge tone="warning">Silent</s-badge></s-table-cell>
        <s-table-cell>3 hours ago</s-table-cell>
        <s-table-cell>12</s-table-cell>
      </s-table-row>
    </s-table-body>
  </s-table>
</s-section>`;

const FIELDS = `
<s-section heading="Offline policy">
  <s-grid gap="base" gridtemplatecolumns="@container (inline-size > 500px) 1fr 1fr, 1fr">
    <s-text-field label="Name" value="Free coffee" details="Shown on the register" required>
    </s-text-field>
    <s-number-field label="Points" value="500" suffix="points" min="1" step="1"></s-number-field>
    <s-money-field label="Most per day" value="25.00" currencycode="EUR"
      error="Must be less than 20.00"></s-money-field>
    <s-email-field label="E-mail" placeholder="name@shop.example"></s-email-field>
    <s-url-field label="Address" value="https://shop.example"></s-url-field>
    <s-password-field label="Manager’s PIN" value="1234"></s-password-field>
    <s-date-field label="From" value="2026-05-01" allow="2026-01-01--2026-12-31"></s-date-field>
    <s-select label="State" value="conflict">
      <s-option value="">Any</s-option>
      <s-option-group label="Needs a person">
        <s-option value="conflict">In conflict</s-option>
        <s-option value="gap" disabled>Gap</s-option>
      </s-option-group>
    </s-select>
    <s-color-field label="Colour" value="#0a58b8"></s-color-field>
    <s-text-field label="Read only" value="7Q2M4XK9TD" readonly></s-text-field>
    <s-text-field label="Off" value="not now" disabled></s-text-field>
  </s-grid>
  <s-text-area label="Comment" rows="2" value="Paid back in cash."></s-text-area>
  <s-checkbox label="Earn on discounted goods" checked details="Also on sale items"></s-checkbox>
  <s-switch label="Strict mode" checked></s-switch>
  <s-choice-list label="When the limit is reached" name="limit" values="">
    <s-choice value="ask" selected>Ask for the manager’s PIN</s-choice>
    <s-choice value="refuse">Refuse
      <s-text slot="details">The customer pays in full</s-text></s-choice>
  </s-choice-list>
  <s-choice-list label="Languages" multiple name="languages">
    <s-choice value="en" selected>English</s-choice>
    <s-choice value="fr" selected>French</s-choice>
    <s-choice value="de" disabled>German</s-choice>
  </s-choice-list>
  <s-drop-zone label="Balances" accept=".csv">
    <s-text color="subdued">A CSV file</s-text>
  </s-drop-zone>
  <s-date-picker value="2026-05-01"></s-date-picker>
  <s-color-picker value="#0a58b8"></s-color-picker>
</s-section>`;

const SIGNS = `
<s-section heading="State" subheading="Of this minute">
  <s-badge slot="accessory" tone="info">New</s-badge>
  <s-button slot="secondary-actions" variant="tertiary">Show all</s-button>
  <s-stack direction="inline" gap="small">
    <s-badge>Neutral</s-badge><s-badge tone="info">Info</s-badge>
    <s-badge tone="success" icon="check">Success</s-badge><s-badge tone="caution">Caution</s-badge>
    <s-badge tone="warning">Warning</s-badge><s-badge tone="critical">Critical</s-badge>
    <s-chip>Harbour</s-chip><s-chip removable>Cellar</s-chip>
    <s-clickable-chip removable>Register 2</s-clickable-chip>
    <s-icon type="clock"></s-icon><s-icon type="calculator" tone="critical"></s-icon>
    <s-spinner accessibilitylabel="Loading"></s-spinner>
    <s-avatar initials="AL" alt="Ada Lindqvist"></s-avatar>
    <s-thumbnail alt="Mug"></s-thumbnail>
    <s-number>1,204</s-number>
  </s-stack>
  <s-progress value="40" max="100" accessibilitylabel="Export"></s-progress>
  <s-progress accessibilitylabel="Import"></s-progress>
  <s-divider></s-divider>
  <s-paragraph color="subdued">A tap at <s-text type="strong">14:03</s-text> arrived at 17:40,
    with <s-text tone="critical">two conflicts</s-text>
    and <s-text type="redundant">one gap</s-text>.
    <s-link href="/app/review">Review them</s-link>.</s-paragraph>
  <s-unordered-list><s-list-item>Carried by the shop</s-list-item>
    <s-list-item>Written off</s-list-item></s-unordered-list>
  <s-ordered-list>
    <s-list-item>Asked</s-list-item><s-list-item>Settled</s-list-item>
  </s-ordered-list>
  <s-section heading="Inner"><s-heading>Deeper</s-heading>
    <s-box padding="small" border="base" borderradius="base" background="subdued">A box</s-box>
  </s-section>
  <s-image
    src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='80' height='8'/%3E"
    alt="Nothing" inlinesize="auto"></s-image>
  <s-scroll-box maxblocksize="40px" accessibilityrole="region" accessibilitylabel="Notes">
    <s-paragraph>One</s-paragraph><s-paragraph>Two</s-paragraph><s-paragraph>Three</s-paragraph>
  </s-scroll-box>
</s-section>`;

const ACTIONS = `
<s-section heading="Actions">
  <s-button-group>
    <s-button slot="primary-action" variant="primary">Save</s-button>
    <s-button slot="secondary-actions">Discard</s-button>
    <s-button slot="secondary-actions" tone="critical">Delete</s-button>
  </s-button-group>
  <s-stack direction="inline" gap="small">
    <s-button variant="primary" tone="critical">Write off</s-button>
    <s-button disabled>Not now</s-button><s-button loading>Saving</s-button>
    <s-button variant="tertiary" icon="download">Export</s-button>
    <s-button href="/app/log">Open the log</s-button>
    <s-press-button icon="filter">Filter</s-press-button>
    <s-button
      id="more" icon="menu-horizontal" accessibilitylabel="More" commandfor="menu"
    ></s-button>
    <s-button commandfor="popover">Popover</s-button>
    <s-button commandfor="modal" command="--show">Dialog</s-button>
    <s-button interestfor="tip">Hint</s-button>
    <s-clickable padding="small" border="base" borderradius="base">A whole box</s-clickable>
  </s-stack>
</s-section>
<s-menu id="menu" accessibilitylabel="More actions">
  <s-button icon="edit">Adjust</s-button><s-button tone="critical" icon="delete">Forget</s-button>
</s-menu>
<s-popover id="popover"><s-box padding="small"><s-paragraph>Beside the button</s-paragraph>
  <s-button>Choose</s-button></s-box></s-popover>
<s-tooltip id="tip">What it does</s-tooltip>
<s-modal id="modal" heading="Carry the difference?">
  <s-paragraph>The customer keeps 300 points that were spent twice.</s-paragraph>
  <s-text-field label="Why"></s-text-field>
  <s-button slot="secondary-actions" commandfor="modal" command="--hide">Cancel</s-button>
  <s-button slot="primary-action" variant="primary">Carry</s-button>
</s-modal>`;

/** The document; `scripts` are addresses of classic scripts. */
export function gallery(scripts: readonly string[]): string {
  const tags = scripts.map((address) => `<script src="${address}"></script>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Gallery</title>
${tags}
</head>
<body>
<s-page heading="Overview">
  <s-link slot="breadcrumb-actions" href="/app">Back</s-link>
  <s-button slot="primary-action" variant="primary">Export</s-button>
  <s-button slot="secondary-actions">Refresh</s-button>
  <s-banner tone="critical" heading="Two conflicts wait for you" dismissible>
    <s-paragraph>Points were spent twice.</s-paragraph>
    <s-button slot="secondary-actions">Review</s-button>
  </s-banner>
  <s-banner tone="info" heading="All registers have the new settings"></s-banner>
  <s-banner tone="success" heading="Saved"></s-banner>
  <s-banner tone="warning" heading="One register is silent">Since this morning.</s-banner>
  <s-query-container>${TABLE}${FIELDS}</s-query-container>
  ${SIGNS}${ACTIONS}
  <s-section accessibilitylabel="Nothing yet">
    <s-empty-state heading="Nothing has happened yet">
      <s-text slot="subheading">Redeem a reward on a register.</s-text>
      <s-button slot="primary-action" variant="primary">Learn how</s-button>
    </s-empty-state>
  </s-section>
  <s-section slot="aside" heading="Today">
    <s-grid gridtemplatecolumns="1fr 1fr" gap="small">
      <s-grid-item><s-text>Redeemed</s-text></s-grid-item>
      <s-grid-item><s-number>1,500</s-number></s-grid-item>
    </s-grid>
  </s-section>
</s-page>
</body>
</html>`;
}
