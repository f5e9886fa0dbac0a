/** Letters that come in a font of their own, and take another room in any other: text is first drawn when it is there. */
import type { Language } from './languages'

const OWN_FONTS: Partial<Record<Language, { font: string; letter: string }>> = {
  hi: { font: '1em "Noto Sans Devanagari"', letter: 'क' },
}
/** A device has letters of some kind; nobody waits longer for the better ones. */
const PATIENCE_MS = 3000

export async function lettersOf(language: Language): Promise<void> {
  const own = OWN_FONTS[language]
  // No browser of ours lacks it; where the page is tried without one, nothing is drawn.
  if (own === undefined || !('fonts' in document)) return
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
  // A font that does not come is done without.
  const there = document.fonts.load(own.font, own.letter).catch(() => undefined)
  await Promise.race([there, late])
}
