import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { opensSearch, setShortcut } from './shortcut'

function pressedIn(html: string, init: KeyboardEventInit = {}): boolean {
  document.body.innerHTML = html
  let opens = false
  const target = document.body.firstElementChild
  target?.addEventListener('keydown', (event) => {
    opens = event instanceof KeyboardEvent && opensSearch(event)
  })
  target?.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, ...init }))
  return opens
}

describe('the / key', () => {
  beforeEach(() => {
    setShortcut(true)
  })
  afterEach(() => {
    localStorage.clear()
  })

  it('opens the search from the page', () => {
    expect(pressedIn('<a href="/">there</a>')).toBe(true)
  })
  it.each(['<input>', '<textarea></textarea>', '<select></select>', '<div role="dialog"></div>'])('is left to %s', (html) => {
    expect(pressedIn(html)).toBe(false)
  })
  it('is left to the browser with another key held', () => {
    expect(pressedIn('<p></p>', { ctrlKey: true })).toBe(false)
  })
  it('does nothing once it was switched off, on this visit and the next', () => {
    setShortcut(false)
    expect(pressedIn('<p></p>')).toBe(false)
    expect(localStorage.getItem('matinee.slash')).toBe('off')
  })
})
