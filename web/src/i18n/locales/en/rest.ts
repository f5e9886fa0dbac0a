/** What the other pages say. */
import account from './account.json'
import booking from './booking.json'
import problems from './problems.json'
import seats from './seats.json'

export default { account, booking, problems, seats }
