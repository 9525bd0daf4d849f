/** What both engines say and do about the age of a database. */

/** The refusal of a database that a later version of the server has changed. */
export function newerVersion(version: number, known: number): Error {
  return new Error(
    `The database is of version ${version}; this server knows ${known}. Start the newer server.`,
  );
}

/** Said after a restore: nobody knows what registers were told since the backup. */
export const FORGET_EVERY_LEASE: readonly string[] = ['DELETE FROM lease', 'DELETE FROM slot'];
