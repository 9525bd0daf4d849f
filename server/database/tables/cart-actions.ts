/** Offers made through the POS cart app extension, and what became of them. */
export const CART_ACTION_TABLES = `
`;
