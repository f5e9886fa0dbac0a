"""Scheduling showtimes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.domain.auditoriums import AuditoriumHasNoPlan
from chalicelib.domain.cinemas import CinemaNotPublished
from chalicelib.domain.errors import Invalid
from chalicelib.domain.principals import NotFound
from chalicelib.domain.programmes import Programme
from chalicelib.domain.showtimes import (
    Showtime,
    ShowtimesOverlap,
    ShowtimeStatus,
)
from chalicelib.services.catalogue.auditoriums import AuditoriumDetails
from chalicelib.stores import programmes, showtimes
from tests.support.builders import HEAD_OFFICE, a_cinema, a_movie, a_price_list, a_showtime, an_auditorium
from tests.support.showtimes import details_of, is_open, slots
from tests.support.world import World


class TestSchedule:
    def test_showtime_is_on_sale_with_all_its_rows(self, world: World) -> None:
        showtime = a_showtime(world)

        assert showtime.status is ShowtimeStatus.ON_SALE
        assert is_open(world, showtime)
        assert slots(world, showtime) == [showtime.id]
        assert showtimes.orders() == []

    def test_showtime_ends_after_the_movie_and_what_is_added(self, world: World) -> None:
        showtime = a_showtime(world, movie=a_movie(world, duration_minutes=100))

        assert showtime.ends_at - showtime.starts_at == timedelta(minutes=110)

    def test_overlap_is_refused_cleaning_included(self, world: World) -> None:
        room = an_auditorium(world, cleaning_minutes=20)
        first = a_showtime(world, auditorium=room)

        with pytest.raises(ShowtimesOverlap) as refused:
            a_showtime(world, auditorium=room, starts_at=first.ends_at + timedelta(minutes=19))

        assert refused.value.showtime_id == first.id
        assert refused.value.free_at == first.ends_at + timedelta(minutes=20)

    def test_next_showtime_may_begin_when_cleaning_ends(self, world: World) -> None:
        room = an_auditorium(world, cleaning_minutes=20)
        first = a_showtime(world, auditorium=room)

        a_showtime(world, auditorium=room, starts_at=first.ends_at + timedelta(minutes=20))

    def test_overlap_over_the_change_of_business_date_is_refused(self, world: World) -> None:
        room = an_auditorium(world, cinema=a_cinema(world, time_zone="UTC", day_starts_hour=6))
        before_six = world.clock.now().replace(hour=5, minute=0) + timedelta(days=2)
        first = a_showtime(world, auditorium=room, starts_at=before_six)

        with pytest.raises(ShowtimesOverlap):
            a_showtime(world, auditorium=room, starts_at=before_six + timedelta(hours=1, minutes=30))

        assert first.business_date == before_six.date() - timedelta(days=1)

    def test_other_room_is_free_at_the_same_time(self, world: World) -> None:
        cinema = a_cinema(world)
        first = a_showtime(world, auditorium=an_auditorium(world, cinema=cinema, code="S1"))

        a_showtime(
            world, auditorium=an_auditorium(world, cinema=cinema, code="S2"), starts_at=first.starts_at
        )

    def test_same_request_gives_the_same_showtime(self, world: World) -> None:
        first = a_showtime(world, request="one")

        again = world.wiring.showtimes.schedule(details_of(first), "one", HEAD_OFFICE)

        assert again == first

    def test_same_time_by_another_request_is_an_overlap(self, world: World) -> None:
        first = a_showtime(world, request="one")

        with pytest.raises(ShowtimesOverlap):
            world.wiring.showtimes.schedule(details_of(first), "two", HEAD_OFFICE)

    def test_two_people_at_the_same_moment_make_one_showtime(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room = an_auditorium(world)
        prices = a_price_list(world, world.wiring.catalogue.cinema(room.cinema_id))
        movie = a_movie(world)
        starts_at = world.clock.now() + timedelta(days=1)
        rival: list[Showtime] = []

        def reading(
            read: Callable[..., list[Programme]],
        ) -> Callable[..., list[Programme]]:
            def interleaved(*args: object) -> list[Programme]:
                days = read(*args)
                if not rival:
                    rival.append(
                        Showtime.__new__(Showtime)
                    )  # so that the rival's own reading goes straight through
                    rival[0] = a_showtime(
                        world, auditorium=room, movie=movie, price_list=prices, starts_at=starts_at
                    )
                return days

            return interleaved

        monkeypatch.setattr(programmes, "read", reading(programmes.read))

        with pytest.raises(ShowtimesOverlap) as refused:
            a_showtime(
                world,
                auditorium=room,
                movie=movie,
                price_list=prices,
                starts_at=starts_at + timedelta(minutes=30),
            )

        assert refused.value.showtime_id == rival[0].id
        assert slots(world, rival[0]) == [rival[0].id]

    def test_taken_code_is_replaced_by_another(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        first = a_showtime(world)
        codes = iter([first.id, "WORKER", "ZZZZZZ", "WORKER"])
        monkeypatch.setattr(world.wiring.ids, "code", lambda length: next(codes))

        second = a_showtime(world, request="another")

        assert second.id == "ZZZZZZ"

    def test_room_without_plan_is_refused(self, world: World) -> None:
        room = an_auditorium(world)
        world.wiring.auditoriums.change(
            room.id, room.version, AuditoriumDetails(room.name, "", room.cleaning_minutes, room.formats)
        )

        with pytest.raises(AuditoriumHasNoPlan):
            a_showtime(world, auditorium=room)

    def test_draft_cinema_is_refused(self, world: World) -> None:
        room = an_auditorium(world, cinema=a_cinema(world, published=False))

        with pytest.raises(CinemaNotPublished):
            a_showtime(world, auditorium=room)

    def test_deleted_room_is_not_found(self, world: World) -> None:
        room = an_auditorium(world)
        prices = a_price_list(world, world.wiring.catalogue.cinema(room.cinema_id))
        world.wiring.auditoriums.delete(room.id, room.version)

        with pytest.raises(NotFound):
            a_showtime(world, auditorium=room, price_list=prices)

    @pytest.mark.parametrize(
        ("pointer", "changes"),
        [
            ("/format", {"format": "IMAX"}),
            ("/language", {"language": "hi"}),
            ("/movie_id", {"movie_id": "01M7WD7TG017KTAKC7QQ0ZE0KT"}),
            ("/price_list_id", {"price_list_id": "01M7WD7TG017KTAKC7QQ0ZE0KT"}),
        ],
    )
    def test_what_does_not_fit_is_pointed_at(
        self, world: World, pointer: str, changes: dict[str, str]
    ) -> None:
        showtime = a_showtime(world)

        with pytest.raises(Invalid) as refused:
            world.wiring.showtimes.schedule(details_of(showtime, **changes), "two", HEAD_OFFICE)

        assert [each for each, _ in refused.value.errors] == [pointer]

    def test_price_list_of_another_cinema_is_refused(self, world: World) -> None:
        with pytest.raises(Invalid):
            a_showtime(
                world, auditorium=an_auditorium(world), price_list=a_price_list(world, a_cinema(world))
            )

    def test_time_that_is_over_is_refused(self, world: World) -> None:
        with pytest.raises(Invalid) as refused:
            a_showtime(world, starts_in=timedelta(0))

        assert refused.value.errors[0][0] == "/starts_at"
