/** As in the API, whose names and other texts of one line hold none of these: they show nothing, but change how the rest is read. */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]/u

/** "U+200B": the first character of a text that can't be seen, by the name that it is found by. */
export function firstUnseen(text: string): string | undefined {
  const code = UNSEEN.exec(text)?.[0].codePointAt(0)
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
