// Whether a database was deleted by the browser, asked after it was closed under us. It must always be
// answered in the end: a server that has stopped waits to say why.

const ASK_TIMES = 4;
const ASK_MILLIS = 250;

/** True when the browser keeps no database of this name, or cannot be asked. */
export async function isDatabaseDeleted(name: string): Promise<boolean> {
  for (let asked = 0; asked < ASK_TIMES; asked += 1) {
    // What is asked while the browser clears a site's data, Chromium never answers: ask again.
    const names = await Promise.race([databaseNames(), silence()]);
    if (names !== null) return !names.includes(name);
  }
  return true;
}

async function databaseNames(): Promise<readonly (string | undefined)[] | null> {
  try {
    return (await indexedDB.databases()).map((database) => database.name);
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
