/**
 * Whose English it is: who reads English in London is told "20:15" and "23 November", in New York "8:15 PM" and "November 23".
 *
 * The browser's first tag of the language, such as en-GB or de-AT; else the language itself. Of tags with more in them than a
 * region, such as another script or calendar, nothing is taken.
 */
export function regional(language: string): string {
  const of = new RegExp(`^${language}(-([a-z]{2}|\\d{3}))?$`, 'i')
  return globalThis.navigator?.languages?.find((tag) => of.test(tag)) ?? language
}
