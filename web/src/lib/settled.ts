import { type ShallowRef, shallowRef, watch } from 'vue'

/** What came of what was done last: while it is done again, what was told before stays, and only news takes its place. */
export function settled<Value>(value: () => Value, isUnderWay: () => boolean): Readonly<ShallowRef<Value>> {
  const told = shallowRef(value())
  watch([value, isUnderWay], () => {
    if (!isUnderWay()) told.value = value()
  })
  return told
}
