import type { Schemas } from '@/api/client'

import { regional } from './regions'

export type Money = Schemas['MoneyOut']

/** To make one takes a slow phone milliseconds, and a seat picked needs several. */
const formats = new Map<string, Intl.NumberFormat>()
const digitsOf = new Map<string, number>()

/** "€12.50", "₹320.00": with the currency's decimals, so that amounts in one list are written alike. */
export function moneyText(money: Money, language: string): string {
  return formatOf(language, money.currency, {}).format(money.minor / 10 ** decimals(money.currency))
}

/** "€12.50", "₹320": a whole amount without the empty decimals, where it stands alone. */
export function shortMoneyText(money: Money, language: string): string {
  const digits = decimals(money.currency)
  if (money.minor % 10 ** digits !== 0) return moneyText(money, language)
  return formatOf(language, money.currency, { minimumFractionDigits: 0, maximumFractionDigits: 0 }).format(money.minor / 10 ** digits)
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
  const known = digitsOf.get(currency)
  if (known !== undefined) return known
  const digits = formatOf('en', currency, {}).resolvedOptions().maximumFractionDigits ?? 2
  digitsOf.set(currency, digits)
  return digits
}

function formatOf(language: string, currency: string, digits: Intl.NumberFormatOptions): Intl.NumberFormat {
  const region = regional(language)
  const name = `${region} ${currency} ${String(digits.maximumFractionDigits)}`
  const made =
    formats.get(name) ?? new Intl.NumberFormat(region, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...digits })
  formats.set(name, made)
  return made
}
