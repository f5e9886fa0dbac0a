import type { Schemas } from '@/api/client'

export type Money = Schemas['MoneyOut']

/** "€12.50", "₹320": whole amounts without the empty decimals. */
export function moneyText(money: Money, language: string): string {
  const digits = decimals(money.currency)
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: money.currency,
    currencyDisplay: 'narrowSymbol',
    ...(money.minor % 10 ** digits === 0 ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}),
  })
  return format.format(money.minor / 10 ** digits)
}

/** The sum of amounts in one currency; null of none. */
export function sum(amounts: readonly Money[]): Money | null {
  const first = amounts[0]
  if (first === undefined) return null
  if (amounts.some((each) => each.currency !== first.currency)) throw new Error('Amounts in two currencies have no sum')
  return { minor: amounts.reduce((total, each) => total + each.minor, 0), currency: first.currency }
}

/** How many decimals an amount of this currency is written with (ISO 4217: 2 of most, 0 of JPY, 3 of KWD). */
function decimals(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}
