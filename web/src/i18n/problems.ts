import { useI18n } from 'vue-i18n'

import { isRefusal, NoAnswer, Refusal, slugOf } from '@/api/problems'

import { hasAllMessages, loadAllMessages } from './index'

/** “In a moment” is sooner than this. */
const MOMENT_MS = 10_000

/** What to tell a person about an error: what happened, and what to do. By the problem's type, never by its text. */
export function useProblemText(): (error: unknown) => { title: string; advice: string } {
  const { t, te } = useI18n()
  // The first page has no problem to tell, as a rule: their texts come when one must be told.
  loadAllMessages().catch(() => {
    // Then there is no connection, and that is what is said.
  })
  return (error) => {
    if (!hasAllMessages.value && !te('problems.page.title')) return { title: t('common.failed.title'), advice: t('common.failed.advice') }
    if (error instanceof Refusal) {
      const slug = slugOf(error.problem)
      // A newer API may know a problem that this page, still open, doesn't.
      const known = te(`problems.${slug}.title`) ? slug : error.problem.status >= 500 ? 'internal' : 'unknown'
      const members = { ...error.problem } as Record<string, unknown>
      return { title: t(`problems.${known}.title`, members), advice: later(error) ?? t(`problems.${known}.advice`, members) }
    }
    const kind = error instanceof NoAnswer ? 'no-answer' : 'page'
    return { title: t(`problems.${kind}.title`), advice: later(error) ?? t(`problems.${kind}.advice`) }
  }

  /** When to try again, where trying sooner is in vain. */
  function later(error: unknown): string | null {
    const isBusy = isRefusal(error, '/problems/too-many-requests') || isRefusal(error, '/problems/unavailable')
    if (!isBusy && !(error instanceof NoAnswer)) return null
    const minutes = Math.ceil((error.waitMs ?? 0) / 60_000)
    return (error.waitMs ?? 0) >= MOMENT_MS ? t('problems.later', { n: minutes }, minutes) : null
  }
}
