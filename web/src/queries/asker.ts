/** Whoever asks: what an account was answered is nobody's to see once its owner has left this browser. */
import { accountId, isSignedIn } from '@/api/credentials'

export interface Asker {
  isAccount: boolean
  /** Whether the answer is still theirs: the owner of an account may have logged out meanwhile, and somebody else in. */
  isStillHere: () => boolean
}

/** Take it before asking. A guest is whoever sits here. */
export function asker(): Asker {
  const isAccount = isSignedIn()
  const account = accountId()
  // Which account it is, is known from the first access token on.
  return { isAccount, isStillHere: () => !isAccount || (isSignedIn() && (account === null || accountId() === account)) }
}
