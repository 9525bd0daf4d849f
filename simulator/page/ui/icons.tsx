/** Line icons of the register, drawn for this project. */
import type { ProductPicture } from '../../shop.ts';

interface IconProps {
  readonly size?: number;
}

function icon(path: string) {
  return ({ size = 22 }: IconProps) => (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}

export const WifiIcon = icon(
  'M3 9a13 13 0 0 1 18 0M6 12.5a8.5 8.5 0 0 1 12 0M9 16a4.5 4.5 0 0 1 6 0M12 19.5v.01',
);
export const AirplaneIcon = icon(
  'M21 16v-2l-8-5V4a1.5 1.5 0 0 0-3 0v5l-8 5v2l8-2.5V18l-2 1.5V21l3.5-1 3.5 1v-1.5L13 18v-4.5z',
);
export const PersonIcon = icon('M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0');
export const GridIcon = icon('M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z');
export const TagIcon = icon('M3 12V4h8l10 10-8 7zM7.5 8v.01');
export const PencilIcon = icon('M4 20l1-4L16 5l3 3L8 19zM14 7l3 3');
export const PlusIcon = icon('M12 5v14M5 12h14');
export const MinusIcon = icon('M5 12h14');
export const CloseIcon = icon('M6 6l12 12M18 6L6 18');
export const CashIcon = icon('M3 7h18v10H3zM12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 10v4M18 10v4');
export const HomeIcon = icon('M4 11l8-7 8 7v9h-5v-6H9v6H4z');
export const ReceiptIcon = icon('M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6');
export const InfoIcon = icon('M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.01');
export const BackIcon = icon('M19 12H5M11 6l-6 6 6 6');
export const WrenchIcon = icon(
  'M14.5 6.5a4 4 0 0 0-5 5L4 17l3 3 5.5-5.5a4 4 0 0 0 5-5L15 12l-3-3z',
);

/** One drawing per product of the demo shop. */
export const PRODUCT_ICONS: Readonly<Record<ProductPicture, ReturnType<typeof icon>>> = {
  mug: icon('M5 7h11v9a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3zM16 9h2a2 2 0 0 1 2 2v1a3 3 0 0 1-4 3'),
  bag: icon('M5 9h14l-1 11H6zM9 9V7a3 3 0 0 1 6 0v2'),
  candle: icon('M8 11h8v9H8zM12 11V9M12 3.5c2 2 2 4 0 5.5-2-1.5-2-3.5 0-5.5z'),
  shaker: icon('M8 9h8l1 11H7zM9 9V6a3 3 0 0 1 6 0v3M10.5 5.5v.01M13.5 5.5v.01'),
  hat: icon('M5 16a7 7 0 0 1 14 0M4 16h16v3.5H4zM12 9V6M12 6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z'),
  apron: icon('M8 4c0 4-3 4-3 7v9h14v-9c0-3-3-3-3-7M8 4v5h8V4M9 14h6v3H9z'),
  soap: icon(
    'M6 10h12a3 3 0 0 1 3 3v2a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3v-2a3 3 0 0 1 3-3zM8 6v.01M12 4v.01',
  ),
  bowl: icon('M3 11h18a9 9 0 0 1-6 8H9a9 9 0 0 1-6-8zM9 7c0-2 2-1 2-3M13 7c0-2 2-1 2-3'),
  jacket: icon('M9 4L4 7v13h16V7l-5-3-3 3zM12 7v13M8 14h.01M16 14h.01'),
  card: icon('M3 6h18v12H3zM13 9h5M13 12h5M13 15h3M6 9h4v5H6z'),
  knife: icon('M4 20l4-4M8 16L19 4c2 3 0 7-4 9l-3 3z'),
  blanket: icon('M4 6h16v12H4zM4 10h16M4 14h16M9 6v12M15 6v12'),
};
