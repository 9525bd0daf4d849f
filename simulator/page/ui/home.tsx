/** The home grid with the extension's tile among the register's own, and the shelf of products. */
import { PRODUCT_LIST, type DemoProduct } from '../../shop.ts';
import { ContextView } from './context-view.tsx';
import { money } from './format.ts';
import {
  CashIcon,
  GridIcon,
  HomeIcon,
  InfoIcon,
  PencilIcon,
  PersonIcon,
  PlusIcon,
  PRODUCT_ICONS,
  ReceiptIcon,
  TagIcon,
} from './icons.tsx';
import { DraftList, OrderList } from './orders.tsx';
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
        <button
          type="button"
          aria-current={screen.page === 'orders'}
          data-testid="orders-tab"
          onClick={() => show({ page: 'orders' })}
        >
          <ReceiptIcon /> Orders
        </button>
        <button
          type="button"
          aria-current={screen.page === 'drafts'}
          data-testid="drafts-tab"
          onClick={() => show({ page: 'drafts' })}
        >
          <PencilIcon /> Drafts
        </button>
        <button
          type="button"
          data-testid="register-tab"
          onClick={() => props.register.openDetails({ screen: 'register' })}
        >
          <CashIcon /> Register
        </button>
      </nav>
      <Content {...props} />
    </section>
  );
}

function Content(props: ScreenProps) {
  switch (props.screen.page) {
    case 'home':
    case 'checkout':
      return <Grid {...props} />;
    case 'products':
      return <Shelf products={PRODUCT_LIST} {...props} />;
    case 'orders':
      return <OrderList {...props} />;
    case 'drafts':
      return <DraftList {...props} />;
  }
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
  const { title, price, hue, picture, productId, variantId, sku } = product;
  const { locale } = register.settings.value;
  const Picture = PRODUCT_ICONS[picture];
  return (
    <div class="product-card">
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
      <button
        type="button"
        class="product-info"
        aria-label={`About ${title}`}
        data-testid={`product-info-${sku}`}
        onClick={() =>
          register.openDetails({ screen: 'product', product: productId, variant: variantId })
        }
      >
        <InfoIcon size={20} />
      </button>
    </div>
  );
}
