import account from './account.json'
import booking from './booking.json'
import common from './common.json'
import movies from './movies.json'
import problems from './problems.json'
import seats from './seats.json'

export default { account, booking, common, movies, problems, seats }
