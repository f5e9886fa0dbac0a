/** What is loaded before the front page stands: from our origin only (the guards see to that), and not much. */
import { gzipSync } from 'node:zlib'

import { expect } from 'vitest'

import { DESKTOP, journey, PHONE } from './support/browser.ts'

const MOST_BYTES = 95_000

for (const [device, viewport] of Object.entries({ 'a desk': DESKTOP, 'a phone': PHONE })) {
  journey(`the front page loads at most ${String(MOST_BYTES / 1000)} kB of compressed JavaScript on ${device}`, async ({ aPerson }) => {
    const { page } = await aPerson({ viewport })
    const scripts: Promise<{ path: string; bytes: number }>[] = []
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return
      scripts.push(
        // As CloudFront and Caddy compress, or a little better: each file by itself.
        response.body().then((body) => ({ path: new URL(response.url()).pathname, bytes: gzipSync(body, { level: 9 }).length })),
      )
    })
    await page.goto('/', { waitUntil: 'networkidle' })
    const loaded = await Promise.all(scripts)
    const bytes = loaded.reduce((sum, each) => sum + each.bytes, 0)
    console.log(`first load on ${device}: ${(bytes / 1000).toFixed(1)} kB of JavaScript in ${String(loaded.length)} files`)
    expect(loaded.length).toBeGreaterThan(0)
    expect(bytes, JSON.stringify(loaded, null, 1)).toBeLessThanOrEqual(MOST_BYTES)
  })
}
