"""The demo chain: three cinemas in two time zones and two currencies, eight auditoriums, twenty invented movies.

What is shown when, is in programme.py; who sits where, in crowd.py.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from chalicelib.domain.cinemas import CancellationPolicy
from chalicelib.domain.price_lists import TicketType
from chalicelib.domain.seating_plans import Row, Seat, SeatCategory
from chalicelib.services.catalogue.cinemas import CinemaDetails
from chalicelib.services.catalogue.movies import MovieDetails
from chalicelib.services.catalogue.price_lists import PriceListDetails


@dataclass(frozen=True, slots=True)
class DemoRoom:
    """`rows` of `seats` each with the aisles after those positions; the last `premium` rows are dearer.

    `wheelchairs` places with a companion's beside each stand at the ends of the first row. `starts` are local times
    by which its showtimes begin, far enough apart for any movie, and others than those of the cinema's other rooms;
    `late` is one more on some days. "24:15" is a quarter past midnight, of the same business date. `sold` is how much
    of the house is sold, in per cent, on each of the evenings to come, from its first showtime at or after 18:00.
    """

    code: str
    name: str
    rows: int
    seats: int
    aisles: tuple[int, ...]
    premium: int
    formats: tuple[str, ...]
    starts: tuple[str, ...]
    late: str = ""
    sold: tuple[int, ...] = ()
    wheelchairs: int = 2

    def plan_rows(self) -> tuple[Row, ...]:
        return tuple(self._row(index) for index in range(self.rows))

    def _row(self, index: int) -> Row:
        # I and O are left out on every cinema's floor: they read as 1 and 0.
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        label = letters[index % len(letters)] * (index // len(letters) + 1)
        category = SeatCategory.PREMIUM if index >= self.rows - self.premium else SeatCategory.STANDARD
        seats = [Seat(str(i + 1), i, category) for i in range(self.seats)]
        if index == 0:
            for place in range(self.wheelchairs):
                at = 2 * place if place % 2 == 0 else self.seats - 2 * place
                seats[at] = Seat(str(at + 1), at, SeatCategory.WHEELCHAIR)
                seats[at + 1] = Seat(str(at + 2), at + 1, SeatCategory.COMPANION)
        return Row(label, label, tuple(seats), frozenset(self.aisles))


@dataclass(frozen=True, slots=True)
class DemoCinema:
    """`languages` are those its movies are shown in, the usual one first. It shows so many `movies` on a day.

    `first_movie` is where it begins in the list of MOVIES: these differ so that each is on in several cinemas.
    """

    details: CinemaDetails
    languages: tuple[str, ...]
    movies: int
    first_movie: int
    prices: tuple[PriceListDetails, PriceListDetails]
    rooms: tuple[DemoRoom, ...]


_TYPES = (
    TicketType("adult", "Adult"),
    TicketType("child", "Child"),
    TicketType("student", "Student"),
    TicketType("senior", "Senior"),
)


def _prices(name: str, adult: int, child: int, student: int, senior: int, fee: int) -> PriceListDetails:
    """Premium seats cost a quarter more; a companion comes free with a wheelchair place."""
    prices: list[tuple[str, SeatCategory, int]] = []
    for kind, minor in (("adult", adult), ("child", child), ("student", student), ("senior", senior)):
        prices.append((kind, SeatCategory.STANDARD, minor))
        prices.append((kind, SeatCategory.PREMIUM, minor * 5 // 4))
        prices.append((kind, SeatCategory.WHEELCHAIR, min(minor, student)))
    prices.append(("adult", SeatCategory.COMPANION, 0))
    return PriceListDetails(name, _TYPES, prices, fee)


def _euro_prices() -> tuple[PriceListDetails, PriceListDetails]:
    return _prices("Weekday", 1050, 750, 850, 850, 50), _prices("Weekend", 1290, 850, 990, 1050, 50)


CINEMAS: dict[str, DemoCinema] = {
    "lichtburg": DemoCinema(
        CinemaDetails(
            name="Lichtburg am Kanal",
            street="Uferstraße 12",
            city="Berlin",
            country="DE",
            time_zone="Europe/Berlin",
            currency="EUR",
            policy=CancellationPolicy(closes_minutes=60, refund_per_cent=100),
            day_starts_hour=6,
        ),
        languages=("de", "en"),
        movies=7,
        first_movie=0,
        prices=_euro_prices(),
        rooms=(
            DemoRoom(
                "S1",
                "Screen 1",
                rows=12,
                seats=25,
                aisles=(5, 18),
                premium=3,
                formats=("2D", "3D", "ATMOS"),
                starts=("14:15", "17:30", "20:30"),
                late="23:30",
                sold=(0, 35),
                wheelchairs=4,
            ),
            DemoRoom(
                "S2",
                "Screen 2",
                rows=8,
                seats=15,
                aisles=(6,),
                premium=2,
                formats=("2D", "3D"),
                starts=("13:30", "16:45", "19:45", "22:45"),
                sold=(60,),
            ),
            DemoRoom(
                "S3",
                "Studio",
                rows=5,
                seats=12,
                aisles=(),
                premium=1,
                formats=("2D",),
                starts=("12:15", "15:15", "18:15", "21:15"),
                sold=(95,),
            ),
        ),
    ),
    "elbschloss": DemoCinema(
        CinemaDetails(
            name="Elbschloss Lichtspiele",
            street="Hafenrand 3",
            city="Hamburg",
            country="DE",
            time_zone="Europe/Berlin",
            currency="EUR",
            policy=CancellationPolicy(closes_minutes=120, refund_per_cent=90),
            day_starts_hour=6,
        ),
        languages=("de", "en"),
        movies=5,
        first_movie=8,
        prices=_euro_prices(),
        rooms=(
            DemoRoom(
                "S1",
                "Großer Saal",
                rows=9,
                seats=20,
                aisles=(3, 15),
                premium=2,
                formats=("2D", "3D"),
                starts=("14:00", "17:00", "20:00"),
                sold=(0, 0, 40),
            ),
            DemoRoom(
                "S2",
                "Kleiner Saal",
                rows=5,
                seats=16,
                aisles=(7,),
                premium=1,
                formats=("2D",),
                starts=("12:00", "15:00", "18:15", "21:15"),
                late="24:15",
                sold=(80,),
            ),
        ),
    ),
    "rajmahal": DemoCinema(
        CinemaDetails(
            name="Rajmahal Talkies",
            street="Marine Drive 41",
            city="Mumbai",
            country="IN",
            time_zone="Asia/Kolkata",
            currency="INR",
            policy=CancellationPolicy(closes_minutes=180, refund_per_cent=75),
            day_starts_hour=5,
        ),
        languages=("hi", "en"),
        movies=7,
        first_movie=14,
        prices=(
            _prices("Weekday", 28000, 18000, 22000, 22000, 1500),
            _prices("Weekend", 36000, 22000, 28000, 30000, 1500),
        ),
        rooms=(
            DemoRoom(
                "S1",
                "Audi 1",
                rows=20,
                seats=50,
                aisles=(12, 36),
                premium=5,
                formats=("2D", "3D", "IMAX"),
                starts=("12:30", "16:00", "19:30"),
                wheelchairs=4,
            ),
            DemoRoom(
                "S2",
                "Audi 2",
                rows=10,
                seats=22,
                aisles=(4, 16),
                premium=3,
                formats=("2D", "3D"),
                starts=("10:45", "13:45", "17:00", "20:15"),
                late="23:15",
                sold=(0, 25),
            ),
            DemoRoom(
                "S3",
                "Audi 3",
                rows=6,
                seats=15,
                aisles=(),
                premium=1,
                formats=("2D",),
                starts=("11:45", "15:00", "18:00", "21:15"),
                sold=(70,),
            ),
        ),
    ),
}


def slug(title: str) -> str:
    """The title as a file name: "Été à Zürich" is ete-a-zurich."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", letters.lower()).strip("-")


def poster_of(title: str) -> str:
    """Where the page has the poster that was drawn for a demo movie."""
    return f"/posters/{slug(title)}.svg"


def _movie(
    title: str,
    minutes: int,
    certificate: str,
    rating: int,
    genres: tuple[str, ...],
    tags: tuple[str, ...],
    synopsis: str,
) -> MovieDetails:
    return MovieDetails(
        title=title,
        synopsis=synopsis,
        genres=genres,
        tags=tags,
        languages=("en", "de", "hi"),
        duration_minutes=minutes,
        certificate=certificate,
        released_on=None,
        rating=rating,
        poster=poster_of(title),
    )


MOVIES: tuple[MovieDetails, ...] = (
    _movie("The Salt Cartographer", 118, "12", 84, ("Drama", "Adventure"), ("sea", "maps"),
           "A map maker sails after the islands that every chart copies and nobody has seen."),
    _movie("Amélie und die Sternwarte", 97, "6", 77, ("Family", "Fantasy"), ("stars",),
           "A girl inherits an observatory and one telescope that looks backwards."),
    _movie("Monsoon Express", 142, "12", 81, ("Romance", "Musical"), ("train", "Mumbai"),
           "Two strangers share a berth, a secret and eleven songs between Mumbai and Kolkata."),
    _movie("Null Sector", 126, "16", 73, ("Science fiction", "Thriller"), ("space",),
           "The crew of a relay station receives its own distress call, dated tomorrow."),
    _movie("The Understudy", 104, "12", 79, ("Comedy",), ("theatre",),
           "On opening night all seven leads lose their voice. One prompter knows every line."),
    _movie("Kite Season", 111, "0", 86, ("Drama", "Family"), ("India", "rooftops"),
           "Three generations settle an old quarrel in the sky above Ahmedabad."),
    _movie("Black Ice Waltz", 99, "16", 68, ("Crime", "Thriller"), ("winter",),
           "A figure skater turned detective follows a trail that freezes over every night."),
    _movie("Die letzte Vorstellung des Herrn Falk", 92, "6", 74, ("Comedy", "Drama"), ("cinema",),
           "A projectionist refuses to show the last reel."),
    _movie("Paper Tigers of Pune", 128, "12", 71, ("Action", "Comedy"), ("heist",),
           "Four retired stunt doubles rob the studio that never paid them."),
    _movie("Lighthouse No. 9", 88, "16", 82, ("Horror", "Mystery"), ("sea",),
           "There are eight lighthouses on this coast."),
    _movie("Grandmaster Flo", 95, "0", 69, ("Animation", "Family"), ("chess",),
           "A pawn crosses the board and discovers the player."),
    _movie("Été à Zürich", 107, "6", 75, ("Romance",), ("summer", "lake"),
           "Two ferry pilots fall in love by timetable."),
    _movie("The Quiet Quarter", 133, "12", 88, ("Drama",), ("city",),
           "A sound engineer records a city block for the blind, and hears a crime."),
    _movie("Rocket Mali", 101, "0", 72, ("Animation", "Adventure"), ("space", "India"),
           "A gardener's daughter grows a spaceship."),
    _movie("Second Sunset", 121, "12", 66, ("Science fiction", "Romance"), ("space",),
           "On a planet with two suns, they only meet at dusk."),
    _movie("The Cartwright Papers", 138, "12", 78, ("History", "Thriller"), ("archive",),
           "An archivist finds a letter addressed to herself, postmarked 1911."),
    _movie("Midnight at the Savoy Kitchen", 109, "12", 80, ("Comedy", "Drama"), ("food",),
           "One kitchen, one night, one soufflé, the whole government."),
    _movie("Thunder Cup", 115, "6", 64, ("Sport", "Comedy"), ("football",),
           "The worst team of the league is drawn against the weather."),
    _movie("Glass Orchard", 124, "16", 83, ("Mystery", "Drama"), ("family",),
           "Every autumn the trees bear a memory, and this year's is a murder."),
    _movie("Hello, Operator", 90, "6", 76, ("Documentary",), ("history", "telephone"),
           "The women who connected a continent, told by the last who did."),
)  # fmt: skip
