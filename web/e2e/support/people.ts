/** Accounts: those of the demo data, and new ones. */
import { randomUUID } from 'node:crypto'

import { answer, api } from './api.ts'
import { mailTo } from './outbox.ts'
import { type Language } from './words.ts'

export interface Account {
  name: string
  email: string
  password: string
}

/** Has bookings, coming ones too. Tests that change an account make a new one. */
export const CLARA: Account = { name: 'Clara Sommer', email: 'customer@matinee.example', password: 'popcorn-and-velvet-seats' }

/** Somebody who has no account yet. */
export function somebody(name = 'Ada Kino'): Account {
  return { name, email: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}.${randomUUID().slice(0, 8)}@example.com`, password: 'a-quiet-row-at-the-back' }
}

/** A new account whose address is verified, by the link of the mail. */
export async function anAccount(language: Language = 'en'): Promise<Account> {
  const account = somebody()
  await answer(
    api.POST('/v1/auth/register', {
      body: { ...account, as: 'customer', language, time_zone: 'Europe/Berlin' },
      headers: { 'X-Forwarded-For': `10.251.${String(byte())}.${String(byte())}` },
    }),
  )
  const mail = await mailTo(account.email, /./)
  const token = mail.links.map((link) => new URL(link, 'http://link').searchParams.get('token')).find((found) => found !== null)
  if (token === undefined || token === null) throw new Error(`no link in: ${mail.text}`)
  await answer(api.POST('/v1/auth/verify', { body: { token } }))
  return account
}

function byte(): number {
  return 1 + Math.floor(Math.random() * 250)
}
