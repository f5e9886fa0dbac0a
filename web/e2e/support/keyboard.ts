/** A person without mouse or touch. What can't be reached by Tab can't be reached. */
import { type Locator } from 'playwright-core'

import { type Person } from './browser.ts'

/** More than any page has to go through. */
const MOST_STEPS = 250

export class Keyboard {
  readonly #person: Person

  constructor(person: Person) {
    this.#person = person
  }

  async press(key: string): Promise<void> {
    await this.#person.page.keyboard.press(key)
  }

  /** Press Tab until it has the focus, which must be seen. */
  async goTo(target: Locator): Promise<void> {
    await target.waitFor()
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (await this.isOn(target)) return
      await this.press('Tab')
    }
    throw new Error(`Tab does not lead to ${target.toString()}`)
  }

  async isOn(target: Locator): Promise<boolean> {
    return await target.evaluate((element) => element === document.activeElement)
  }
}
