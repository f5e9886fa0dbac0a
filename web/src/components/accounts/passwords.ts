/** As the API asks: at least this many characters, whatever they are. */
const SHORTEST = 10

export function isLongEnough(password: string): boolean {
  return password.length >= SHORTEST
}
