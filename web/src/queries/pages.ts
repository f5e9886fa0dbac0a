/** Lists come in pages: the rest is asked for until there is none. */
interface Page {
  next: string | null
}

/** All pages of a list. `ask` gets the cursor of the page, undefined for the first. */
export async function everyPage<Of extends Page>(ask: (cursor: string | undefined) => Promise<Of>): Promise<Of[]> {
  const pages: Of[] = []
  let cursor: string | undefined
  do {
    const page = await ask(cursor)
    pages.push(page)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return pages
}

/** The part of a request's query that names the page. */
export function pageOf(cursor: string | undefined): { limit: number; cursor?: string } {
  return { limit: 100, ...(cursor === undefined ? {} : { cursor }) }
}
