/** The view "Customers": somebody is found by name or number; the search stands in the address. */
import { useSearchParams } from 'react-router';
import { customerSearchSchema, type CustomerSearch } from '../../../shared/merchant/customer.ts';
import { useAnswer } from '../answer.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { useWords } from '../words.ts';
import { CUSTOMER_WORDS } from './customer-words.ts';

const QUERY_MAX = 100;

export function CustomersView() {
  const said = useWords(CUSTOMER_WORDS);
  const [address, setAddress] = useSearchParams();
  const query = (address.get('query') ?? '').trim().slice(0, QUERY_MAX);
  const look = (typed: string) => {
    const wanted = typed.trim().slice(0, QUERY_MAX);
    if (wanted !== query) setAddress(wanted === '' ? {} : { query: wanted });
  };
  return (
    <s-page heading={said.heading}>
      <s-section accessibilityLabel={said.heading}>
        <s-stack gap="base">
          <s-search-field
            label={said.search}
            placeholder={said.searchHint}
            value={query}
            maxLength={QUERY_MAX}
            onChange={({ currentTarget }) => look(currentTarget.value)}
          />
          {query === '' ? (
            <Empty heading={said.search} text={said.searchText} />
          ) : (
            <Found query={query} />
          )}
        </s-stack>
      </s-section>
    </s-page>
  );
}

function Found({ query }: { readonly query: string }) {
  const search = useAnswer('/customer-search', customerSearchSchema, {
    query: { query },
    isLive: false,
    // Names are asked of Shopify and kept nowhere.
    isKept: false,
  });
  return <Shown of={search}>{(found) => <People found={found} />}</Shown>;
}

function People({ found }: { readonly found: CustomerSearch }) {
  const said = useWords(CUSTOMER_WORDS);
  const { customers, missing } = found;
  return (
    <>
      {missing !== null && (
        <s-banner tone="info">
          <s-paragraph>{missing === 'permission' ? said.byNumber : said.noAnswer}</s-paragraph>
        </s-banner>
      )}
      {customers.length === 0 ? (
        <Empty heading={said.none} text={said.noneText} />
      ) : (
        <s-unordered-list>
          {customers.map(({ id, name }) => (
            <s-list-item key={id}>
              <s-link href={`/app/customers/${id}`}>{name ?? said.numbered(String(id))}</s-link>
              {name !== null && <s-text color="subdued">{` ${said.number(String(id))}`}</s-text>}
            </s-list-item>
          ))}
        </s-unordered-list>
      )}
    </>
  );
}
