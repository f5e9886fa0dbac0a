/** Nobody buys more seats at once. */
export const MOST_SEATS = 10
