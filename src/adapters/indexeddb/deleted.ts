// Whether a database was deleted by the browser, asked after it was closed under us. It must always be
// answered in the end: a server that has stopped waits to say why.

const ASK_TIMES = 12;
const ASK_MILLIS = 250;

/** True when the browser keeps no database of this name, or cannot be asked. A database may be closed seconds
 *  before it is deleted: while it is listed with the version that it had, it is asked for again, 3 s at most. */
export async function isDatabaseDeleted(name: string, version: number): Promise<boolean> {
  let isListed = false;
  for (let asked = 0; asked < ASK_TIMES; asked += 1) {
    const waited = silence();
    // What is asked while the browser clears a site's data, Chromium never answers: ask again.
    const list = await Promise.race([databases(), waited]);
    if (list === null) continue;
    const found = list.find((database) => database.name === name);
    if (found === undefined) return true;
    if (found.version !== version) return false;
    isListed = true;
    await waited;
  }
  return !isListed;
}

async function databases(): Promise<readonly IDBDatabaseInfo[] | null> {
  try {
    return await indexedDB.databases();
  } catch {
    return null;
  }
}

const silence = (): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(() => {
      resolve(null);
    }, ASK_MILLIS);
  });
