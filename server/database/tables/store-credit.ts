/** What is to be debited or credited at Shopify, and how far it has come. */
export const STORE_CREDIT_TABLES = `
`;
