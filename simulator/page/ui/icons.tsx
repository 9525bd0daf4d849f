/** Line icons of the register, drawn for this project. */
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
export const WrenchIcon = icon(
  'M14.5 6.5a4 4 0 0 0-5 5L4 17l3 3 5.5-5.5a4 4 0 0 0 5-5L15 12l-3-3z',
);
