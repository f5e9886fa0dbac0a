"""The ledger of mails: one run at a time has a mail in hand, and a settled mail is settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.domain.mails import (
    CLAIM_TIME,
    MailClaimed,
    MailKind,
    MailMessage,
    MailSettled,
    MailState,
)
from chalicelib.stores import mails
from tests.support.chance import START
from tests.support.mails import ADDRESS
from tests.support.world import World, a_world

MAIL = MailMessage(MailKind.BOOKING_CONFIRMED, "K7M2QX-4FZ81QW", ADDRESS)


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


@pytest.mark.usefixtures("world")
class TestClaim:
    def test_second_run_is_told_until_when_the_first_has_it(self) -> None:
        mails.claim("a", MAIL, START)

        with pytest.raises(MailClaimed) as claimed:
            mails.claim("b", MAIL, START + CLAIM_TIME - timedelta(milliseconds=1))

        assert claimed.value.expires_at == START + CLAIM_TIME

    def test_lapsed_claim_can_be_taken_over(self) -> None:
        mails.claim("a", MAIL, START)

        claim = mails.claim("b", MAIL, START + CLAIM_TIME)

        assert claim.attempt == 2

    def test_claim_repeated_by_the_sdk_is_the_same_claim(self) -> None:
        first = mails.claim("a", MAIL, START)

        again = mails.claim("a", MAIL, START)

        assert again.expires_at == first.expires_at

    @pytest.mark.parametrize(
        "other",
        [
            MailMessage(MailKind.BOOKING_CANCELLED, MAIL.subject_id, ADDRESS),
            MailMessage(MAIL.kind, "K7M2QX-0000000", ADDRESS),
            MailMessage(MAIL.kind, MAIL.subject_id, "other@example.org"),
        ],
        ids=["kind", "subject", "recipient"],
    )
    def test_mail_of_another_kind_subject_or_recipient_is_another_mail(self, other: MailMessage) -> None:
        mails.claim("a", MAIL, START)

        assert mails.claim("b", other, START).attempt == 1

    def test_sent_mail_is_never_claimed_again(self) -> None:
        mails.sent(mails.claim("a", MAIL, START), "ses-1", START)

        with pytest.raises(MailSettled) as settled:
            mails.claim("b", MAIL, START + timedelta(days=30))

        assert settled.value.state is MailState.SENT


@pytest.mark.usefixtures("world")
class TestSettling:
    def test_late_refusal_does_not_undo_what_another_run_sent(self) -> None:
        late = mails.claim("a", MAIL, START)
        mails.sent(mails.claim("b", MAIL, START + CLAIM_TIME), "ses-1", START)

        mails.refused(late, "MessageRejected", START + CLAIM_TIME)

        with pytest.raises(MailSettled) as settled:
            mails.claim("c", MAIL, START + CLAIM_TIME)
        assert settled.value.state is MailState.SENT

    def test_mail_sent_by_a_run_that_was_overtaken_is_sent(self) -> None:
        overtaken = mails.claim("a", MAIL, START)
        mails.claim("b", MAIL, START + CLAIM_TIME)

        mails.sent(overtaken, "ses-1", START + CLAIM_TIME)

        with pytest.raises(MailSettled):
            mails.claim("c", MAIL, START + 2 * CLAIM_TIME)

    def test_late_drop_leaves_the_mail_to_the_run_that_has_it(self) -> None:
        late = mails.claim("a", MAIL, START)
        mails.claim("b", MAIL, START + CLAIM_TIME)

        mails.dropped(late, "its link has expired", START + CLAIM_TIME)

        with pytest.raises(MailClaimed):
            mails.claim("c", MAIL, START + CLAIM_TIME)

    def test_refused_mails_stand_in_one_list_without_their_address(self) -> None:

        mails.refused(mails.claim("a", MAIL, START), "MessageRejected", START)

        (refused,) = mails.all_refused()
        assert (refused.reason, refused.at) == ("MessageRejected", START)
        assert MAIL.subject_id in refused.key
        assert ADDRESS not in refused.key
