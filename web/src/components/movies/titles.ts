/** How large a title can be set: a short one takes two lines of the largest size, a long one three of the next. */
export type TitleSize = 'short' | 'long' | 'very long'

const SHORT = 26
const SHORT_WORD = 13
const LONG = 60

export function titleSize(title: string): TitleSize {
  const words = title.split(/\s+/).map((word) => word.length)
  if (title.length <= SHORT && Math.max(...words) <= SHORT_WORD) return 'short'
  return title.length <= LONG ? 'long' : 'very long'
}
