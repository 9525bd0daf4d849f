/** Links into the merchant's own Shopify admin, which open around the page and not inside it. */
import type { ReactNode } from 'react';

export function OrderLink(props: { readonly id: number; readonly children: ReactNode }) {
  return (
    <s-link href={`shopify://admin/orders/${props.id}`} target="_top">
      {props.children}
    </s-link>
  );
}

export function CustomerInAdmin(props: { readonly id: number; readonly children: ReactNode }) {
  return (
    <s-link href={`shopify://admin/customers/${props.id}`} target="_top">
      {props.children}
    </s-link>
  );
}
