/**
 * Two libraries ask whether Vue has a function by looking into the whole of it, so that nothing of Vue could be left
 * out of the page: a third of it, 15 kB compressed. Our Vue is locked; the questions are answered when the page is built.
 */
import type { Plugin } from 'vite'

const ANSWERS = [
  { file: /\/vue-i18n\/dist\/vue-i18n\.runtime\.mjs$/, question: 'key in Vue', answer: 'false', then: ['Vue[key]', 'undefined'] },
  { file: /\/reka-ui\/dist\/shared\/useId\.js$/, question: '"useId" in vue', answer: 'true' },
] as const

export function leanVue(): Plugin {
  return {
    name: 'matinee:lean-vue',
    apply: 'build',
    transform(code, id) {
      const found = ANSWERS.find(({ file }) => file.test(id.replaceAll('\\', '/').replace(/\?.*$/, '')))
      if (found === undefined) return null
      if (!code.includes(found.question)) this.error(`${id} no longer asks “${found.question}”: is leanVue still needed?`)
      const answered = code.replace(found.question, found.answer)
      return { code: 'then' in found ? answered.replace(...found.then) : answered, map: null }
    },
  }
}
