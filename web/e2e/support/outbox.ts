/** The mails that were sent, as /outbox keeps them. */
import { SITE } from './environment.ts'
import { until } from './until.ts'

export interface Mail {
  subject: string
  text: string
  to: string[]
  /** The paths of our own links in it, in order. */
  links: string[]
}

interface Stored {
  To: string[]
  Subject: string
  BodyText: string
}

export async function mailsTo(address: string): Promise<Mail[]> {
  const response = await fetch(`${SITE}/outbox/messages`)
  const { messages } = (await response.json()) as { messages: Record<string, Stored[]> }
  return Object.values(messages)
    .flat()
    .filter(({ To }) => To.includes(address))
    .map(({ To, Subject, BodyText }) => ({ subject: Subject, text: BodyText, to: To, links: linksIn(BodyText) }))
}

/** The mail to the address whose subject is so, once it is there. */
export async function mailTo(address: string, subject: RegExp): Promise<Mail> {
  const isIt = (mail: Mail): boolean => subject.test(mail.subject)
  const mails = await until(`a mail ${subject.source}`, () => mailsTo(address), (sent) => sent.some(isIt), { timeoutMs: 30_000 })
  const found = mails.find(isIt)
  if (found === undefined) throw new Error(`no mail to ${address}`)
  return found
}

/** Links are to the site's own name: its path is what counts here. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/https?:\/\/[^/\s]+(\/[^\s>)]*)/g)].map(([, path]) => path ?? '')
}
