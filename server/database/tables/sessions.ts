/** Who has installed the app: tokens of Shopify, sealed. */
export const SESSION_TABLES = `
`;
