import { nextTick, type Ref, type ShallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { refusedFields } from '@/lib/fieldErrors'

import { firstUnseen } from './unseen'

/** What to change in the fields of a form, and the way to the first of them. */
export function useFieldErrors(form: Readonly<ShallowRef<HTMLFormElement | null>>, error: Ref<unknown>) {
  const { t } = useI18n()

  /** What to change in what was `sent`; undefined if the API took it. `otherwise` is said where all of it can be seen. */
  function refused(field: string, sent: string | null | undefined, otherwise: string): string | undefined {
    if (!refusedFields(error.value).has(field)) return undefined
    const character = firstUnseen(sent ?? '')
    return character === undefined ? otherwise : t('account.unseen', { character })
  }

  async function showFirst(): Promise<void> {
    await nextTick()
    form.value?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }
  // The button that was pressed had to let go of the focus.
  watch(error, (met) => {
    if (met !== null) void showFirst()
  })

  return { refused, showFirst }
}
