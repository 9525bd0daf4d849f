/** The home grid with the extension's tile among the register's own, and the shelf of products. */
import { useEffect, useRef } from 'preact/hooks';
import { PRODUCT_LIST, type DemoProduct } from '../../shop.ts';
import type { Place } from '../../platform/places.ts';
import type { Register } from '../register.ts';
import { money } from './format.ts';
import {
  GridIcon,
  HomeIcon,
  PencilIcon,
  PersonIcon,
  PlusIcon,
  PRODUCT_ICONS,
  TagIcon,
} from './icons.tsx';
import type { ScreenProps } from './tablet.tsx';

const PINNED = 6;

export function Home(props: ScreenProps) {
  const { screen, show } = props;
  return (
    <section class="home" aria-label="Home">
      <nav class="home-tabs">
        <button
          type="button"
          aria-current={screen.page === 'home'}
          onClick={() => show({ page: 'home' })}
        >
          <HomeIcon /> Home
        </button>
        <button
          type="button"
          aria-current={screen.page === 'products'}
          data-testid="products-tab"
          onClick={() => show({ page: 'products' })}
        >
          <GridIcon /> Products
        </button>
      </nav>
      {screen.page === 'home' ? <Grid {...props} /> : <Shelf products={PRODUCT_LIST} {...props} />}
    </section>
  );
}

function Grid(props: ScreenProps) {
  const { register, show } = props;
  const hasLines = register.cartState.value.lines.length > 0;
  return (
    <div class="grid" data-testid="home-grid">
      <div class="tile-slot">
        <ContextView register={register} place="home-tile" />
      </div>
      <button type="button" class="tile" onClick={() => show({ page: 'products' })}>
        <GridIcon /> All products
      </button>
      <button
        type="button"
        class="tile"
        data-testid="choose-customer"
        onClick={() => show({ dialog: 'customer' })}
      >
        <PersonIcon /> Customer
      </button>
      <button
        type="button"
        class="tile"
        disabled={!hasLines}
        data-testid="add-discount"
        onClick={() => show({ dialog: 'discount' })}
      >
        <TagIcon /> Discount
      </button>
      <button type="button" class="tile" onClick={() => show({ dialog: 'custom-sale' })}>
        <PlusIcon /> Custom sale
      </button>
      <button type="button" class="tile" onClick={() => show({ dialog: 'note' })}>
        <PencilIcon /> Note
      </button>
      {PRODUCT_LIST.slice(0, PINNED).map((product) => (
        <Product key={product.variantId} product={product} {...props} />
      ))}
    </div>
  );
}

function Shelf(props: ScreenProps & { readonly products: readonly DemoProduct[] }) {
  return (
    <div class="grid" data-testid="shelf">
      {props.products.map((product) => (
        <Product key={product.variantId} product={product} {...props} />
      ))}
    </div>
  );
}

function Product({ product, register }: ScreenProps & { readonly product: DemoProduct }) {
  const { title, price, hue, picture, variantId, sku } = product;
  const { locale } = register.settings.value;
  const Picture = PRODUCT_ICONS[picture];
  return (
    <button
      type="button"
      class="product"
      data-testid={`product-${sku}`}
      style={{ '--hue': String(hue) }}
      onClick={() => void register.cart.mutators.addLineItem(variantId, 1)}
    >
      <Picture size={36} />
      <span class="product-title">{title}</span>
      <span class="product-price">{money(price, register.rules.currency, locale)}</span>
    </button>
  );
}

/** Where an extension shows itself; what became of its context is said in its place. */
export function ContextView({
  register,
  place,
}: {
  readonly register: Register;
  readonly place: Place;
}) {
  const context = register.contexts.value.get(place);
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (context !== undefined) holder.current?.replaceChildren(context.root);
  }, [context]);
  const status = context?.status.value;
  return (
    <div class="context" data-testid={`context-${place}`} data-status={status}>
      <div class="context-root" ref={holder} />
      {(status === 'killed' || status === 'failed') && (
        <div class="context-gone" role="alert">
          <p>{status === 'killed' ? 'This extension was killed.' : 'This extension failed.'}</p>
          <button type="button" onClick={() => register.restartContext(place)}>
            Start it again
          </button>
        </div>
      )}
    </div>
  );
}
