from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.programmes import Programme, Slot, first_overlap, neighbours

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_slot(showtime_id: str = "AAAAAA", start: int = 0, minutes: int = 120) -> Slot:
    """`start` in minutes from noon."""
    begins = NOON + timedelta(minutes=start)
    return Slot(showtime_id, begins, begins + timedelta(minutes=minutes), "movie", "prices")


def a_day(*slots: Slot, day: date = DAY) -> Programme:
    return Programme("room", day, slots, 1)


class TestFirstOverlap:
    def test_room_is_free_again_at_the_very_minute_cleaning_ends(self) -> None:
        assert first_overlap([a_day(a_slot())], a_slot("BBBBBB", 120)) is None

    def test_slot_that_begins_before_cleaning_ends_overlaps(self) -> None:
        taken = a_slot()

        assert first_overlap([a_day(taken)], a_slot("BBBBBB", 119)) == taken

    def test_slot_within_another_overlaps(self) -> None:
        taken = a_slot()

        assert first_overlap([a_day(taken)], a_slot("BBBBBB", 30, 10)) == taken

    def test_slot_around_another_overlaps(self) -> None:
        taken = a_slot()

        assert first_overlap([a_day(taken)], a_slot("BBBBBB", -60, 300)) == taken

    def test_showtime_does_not_overlap_itself(self) -> None:
        assert first_overlap([a_day(a_slot())], a_slot(start=30)) is None

    def test_slot_of_a_neighbour_day_overlaps_past_midnight(self) -> None:
        late = a_slot("CCCCCC", 600, 240)
        before, after = neighbours(DAY)

        found = first_overlap([a_day(), a_day(late, day=before), a_day(day=after)], a_slot(start=700))

        assert found == late

    def test_earliest_of_several_overlaps_is_named(self) -> None:
        first, second = a_slot("BBBBBB", 0, 60), a_slot("CCCCCC", 60, 60)

        assert first_overlap([a_day(second, first)], a_slot(start=10, minutes=100)) == first


class TestProgramme:
    def test_slot_takes_the_place_of_the_one_it_had(self) -> None:
        moved = a_slot(start=300)

        assert a_day(a_slot()).with_slot(moved).slots == (moved,)

    def test_slots_are_in_the_order_of_their_start(self) -> None:
        late, early = a_slot("BBBBBB", 300), a_slot("AAAAAA")

        assert a_day(late).with_slot(early).slots == (early, late)

    def test_removed_showtime_leaves_no_slot(self) -> None:
        assert a_day(a_slot()).without("AAAAAA").slots == ()
