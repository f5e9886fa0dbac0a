/** What choosing seats begins with, asked for while the code that shows it is still on its way. */
import { availabilityOf } from './availability'
import { queryClient } from './client'
import { priceListOf } from './priceLists'
import { seatingPlanOf } from './seatingPlans'
import { showtimeOf } from './showtimes'

/** What is not answered is asked for again by whoever needs it, and told there. */
export async function askForSeats(showtimeId: string): Promise<void> {
  const availability = queryClient.prefetchQuery(availabilityOf(showtimeId))
  const wanted = showtimeOf(showtimeId)
  await queryClient.prefetchQuery(wanted)
  const showtime = queryClient.getQueryData(wanted.queryKey)
  if (showtime === undefined) return
  await Promise.all([
    availability,
    queryClient.prefetchQuery(seatingPlanOf(showtime)),
    queryClient.prefetchQuery(priceListOf(showtime.price_list_id)),
  ])
}
