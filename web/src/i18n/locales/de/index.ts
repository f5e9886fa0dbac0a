/** What the first page says. */
import common from './common.json'
import movies from './movies.json'

export default { common, movies }
