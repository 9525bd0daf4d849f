/** Webhooks that were received and not yet dealt with, and what they ask of privacy. */
export const INBOX_TABLES = `
`;
